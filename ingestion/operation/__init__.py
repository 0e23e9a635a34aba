"""Start, stop and drive the running parts from the command line. Airflow is run as a program, never imported."""
