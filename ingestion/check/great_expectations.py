"""Great Expectations, imported without the libraries that only three metrics of its own use.

Its import takes scipy and altair along, for the Kolmogorov-Smirnov tests, the Kullback-Leibler divergence and the
charts of the latter; that is a third of the processor time of the import, and no rule here asks for any of them.
While it is imported, stand-ins take their places. Nothing breaks: a stand-in loads the real library when one of
its attributes is first used, and a later import of scipy or altair gets the real one.

Import it inside functions, never at the top of a DAG file: it still takes two seconds.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

# It logs every expectation that it registers and every site that it visits.
logging.getLogger("great_expectations").setLevel(logging.WARNING)

RARELY_USED = ("scipy", "scipy.stats", "altair")


class LoadedWhenUsed(ModuleType):
    """A stand-in for a module, which is loaded when one of its attributes is used."""

    def __getattr__(self, name: str) -> Any:
        """Return the real module's attribute of this name."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


@contextmanager
def loaded_when_used(*names: str) -> Iterator[None]:
    """Replace these modules with stand-ins inside the block; those already loaded stay."""
    stand_ins = {name: LoadedWhenUsed(name) for name in names if name not in sys.modules}
    for name, module in stand_ins.items():
        parent, _, own_name = name.rpartition(".")
        if parent in stand_ins:
            setattr(stand_ins[parent], own_name, module)
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, module in stand_ins.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


with loaded_when_used(*RARELY_USED):
    import great_expectations as gx
    from great_expectations.checkpoint.actions import ValidationAction
    from great_expectations.checkpoint.checkpoint import Checkpoint
    from great_expectations.compatibility import pydantic
    from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig
    from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation

__all__ = [
    "Checkpoint",
    "DataContextConfig",
    "ProgressBarsConfig",
    "UnexpectedRowsExpectation",
    "ValidationAction",
    "gx",
    "pydantic",
]
