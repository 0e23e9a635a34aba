"""What is wrong with this club's machine, warehouse and Airflow, and the command that mends each fault."""

from ingestion.operation.doctor.examination import examine
from ingestion.operation.doctor.fault import Fault

__all__ = ["Fault", "examine"]
