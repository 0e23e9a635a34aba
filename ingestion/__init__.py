"""From a file in the landing zone to a decided submission in the ledger."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("social-care-benchmarking")
except PackageNotFoundError:
    __version__ = "0+unknown"
