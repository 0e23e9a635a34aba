"""What the product is made of: the locks, a bill of materials, and what is known to be wrong with it."""
