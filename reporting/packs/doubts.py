"""What of a file does not hold: its claims set beside those that the marts give."""

from collections.abc import Iterator
from dataclasses import dataclass

from reporting.packs.claims import Claims

ALTERED = "it is not as it was published"


@dataclass(frozen=True)
class Doubt:
    """Something that does not hold: where it stands, what the file says, what the marts say, and why."""

    where: str
    found: str
    expected: str
    why: str = ALTERED

    def __str__(self) -> str:
        """One sentence."""
        says, holds = (text or "nothing" for text in (self.found, self.expected))
        return f"{self.where}: the file has {says}, the marts give {holds}; {self.why}"


def compare(claims: Claims, expected: Claims) -> Iterator[Doubt]:
    """Yield everything that differs: numbers, sentences, and the first of the rest."""
    yield from doubted_numbers(claims, expected)
    yield from doubted_sentences(claims, expected)
    yield from doubted_rest(claims, expected)


def doubted_numbers(claims: Claims, expected: Claims) -> Iterator[Doubt]:
    """Yield each number that differs; a key that stands in several places is compared in their order."""
    found, held = _by_key(claims), _by_key(expected)
    for key in {**found, **held}:
        says, holds = found.get(key, []), held.get(key, [])
        for place in range(max(len(says), len(holds))):
            pair = [texts[place] if place < len(texts) else "" for texts in (says, holds)]
            if pair[0] != pair[1]:
                yield Doubt(key, *pair)


def doubted_sentences(claims: Claims, expected: Claims) -> Iterator[Doubt]:
    """Yield each sentence that differs, is missing or was added."""
    for key in {**claims.sentences, **expected.sentences}:
        says, holds = claims.sentences.get(key, ""), expected.sentences.get(key, "")
        if says != holds:
            yield Doubt(key, says, holds)


def doubted_rest(claims: Claims, expected: Claims) -> Iterator[Doubt]:
    """Yield the first piece of the rest that differs: words, drawings, or how a workbook is made."""
    held = dict(expected.rest)
    for where, text in claims.rest:
        if held.pop(where, None) != text:
            yield Doubt(where, "other words or drawings", "what was published")
            return
    if held:
        yield Doubt(next(iter(held)), "", "more than the file holds")


def _by_key(claims: Claims) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, text in claims.numbers:
        found.setdefault(key, []).append(text)
    return found
