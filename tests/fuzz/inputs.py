"""Broken files by their numbers: the same number is the same file, so that any of them can be made again."""

from random import Random

from tests.fuzz.mutations import OF_TEXT, splice
from tests.fuzz.seeds import Seed, corpus, seeds
from tests.fuzz.workbooks import mutate_workbook

OF_CORPUS = 0.05  # the share of files that broke something once, and are broken on: many take long to read


def broken_file(name: str) -> Seed:
    """Return the file of this name, a kind and a number; it is broken in one way or in several."""
    random, kind = Random(name), name.split()[0]
    good = random.choice(tuple(corpus(kind).values()) if random.random() < OF_CORPUS else seeds(kind))
    content = good.content
    if random.random() < 0.1:
        content = splice(random, content, random.choice(seeds(kind)).content)
    if kind == "workbook":
        return Seed(good.return_code, mutate_workbook(random, content))
    for _ in range(random.choice((1, 1, 2, 4))):
        content = random.choice(OF_TEXT[kind])(random, content)
    return Seed(good.return_code, content)
