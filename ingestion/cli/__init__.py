"""The command line."""

import gc

# Commands import modules and stream rows, which leave few circles behind: to look for some every few hundred
# objects, as Python does of itself, takes a tenth of a check.
gc.set_threshold(100_000)
