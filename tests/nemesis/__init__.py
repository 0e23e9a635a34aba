"""A nemesis of the road: what people do, in any order, while something kills, stops, doubles and starves steps.

A schedule is drawn from a seed and played twice on copies of one small warehouse, disturbed and not, and both have
to come to the same. `make faults` plays three hundred; `docs/benchmarks.md` says what of it was seen.
"""
