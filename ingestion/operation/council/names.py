"""The names by which a council's tasks are told from others': its DAG, its task, its queue."""

DAG = "check_at_councils"

# What a worker's environment says of whom it works for.
EDGE_AUTHORITY = "EDGE_AUTHORITY"


def task_of(council: str) -> str:
    """Return the task that a council's worker takes, and no other."""
    return f"at_{council}"


def queue_of(council: str) -> str:
    """Return the queue of a council's tasks."""
    return f"council-{council}"
