"""Faults at length: what the test suite tries at a few moments is tried here at many.

Run with `make bench-faults`, or some of it with `make bench-faults FAULTS="-k killed"`. Each case disturbs a step,
runs it again in plain, and compares checksums of every table with those of a run that nobody disturbed.
"""
