"""From a file in the landing zone to a decided submission in the ledger."""

# The version of the product and of all that is built from it.
__version__ = "0.1.0"
