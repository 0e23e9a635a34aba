"""The definition register as pages: one per indicator, and an index."""

from reporting.definitions.pages import write_definitions

__all__ = ["write_definitions"]
