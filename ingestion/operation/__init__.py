"""Start, stop and drive the running parts from the command line. Airflow is a program here, never an import."""
