"""What people fill in, written from a form: workbooks whose cells are read back by their names."""
