"""Schedules: what is done, in turn, and what is done to it; drawn by hypothesis, and read and written as lines.

deliver dudley good-3
check, killed at 40 %
decide
deliver walsall poison-1, doubled at the 2nd last
build, with the next 2 in it at 70 %
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import strategies as st

SENDERS = ("dudley", "walsall", "solihull")
CONTENTS = ("good", "warned", "doubted", "refused", "poison")
STEPS = ("build", "feedback", "purge", "as-known-on", "backup", "rebuild")
DISTURBANCES = (
    "killed", "doubled", "orphaned", "short of disk", "set back a day", "set forward a day", "without its server",
    "without its server, stopped in order", "read while it changes",
)  # fmt: skip
OVERLAP = "with the next"
LAST = 5  # points from the end that are named by their number


@dataclass(frozen=True)
class Place:
    """A point of a step: a share of its points, in per cent, or the number from the end where it is negative."""

    at: int

    def among(self, points: int) -> int:
        """Return the number of the point, from 1, in a step of so many."""
        if not points:
            return 0
        if self.at < 0:
            return max(1, points + 1 + self.at)
        return max(1, min(points, round(points * self.at / 100)))

    def __str__(self) -> str:
        return f"at {self.at} %" if self.at >= 0 else f"at the {-self.at}. from the end"


@dataclass(frozen=True)
class Event:
    """A step with the words it takes, and what is done to it where something is."""

    words: tuple[str, ...]
    disturbance: str = ""
    place: Place = Place(50)
    overlapped: int = 0

    def undisturbed(self) -> "Event":
        """Return the same step, left in peace."""
        return Event(self.words)

    def __str__(self) -> str:
        line = " ".join(self.words)
        if self.overlapped:
            return f"{line}; {OVERLAP} {self.overlapped} in it {self.place}"
        return f"{line}; {self.disturbance} {self.place}" if self.disturbance else line


Schedule = tuple[Event, ...]


def as_script(schedule: Schedule) -> str:
    """Write a schedule, a line for each event."""
    return "".join(f"{event}\n" for event in schedule)


def read_script(text: str) -> Schedule:
    """Read what `as_script` writes; empty lines and those that begin with # are left out."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(_read_event(line) for line in lines if line)


def _read_event(line: str) -> Event:
    words, _, disturbed = line.partition("; ")
    if not disturbed:
        return Event(tuple(words.split()))
    what, _, where = disturbed.rpartition(" at ")
    place = (
        Place(-int(where.split(".")[0].removeprefix("the "))) if where.endswith("end") else Place(int(where[:-2]))
    )
    if what.startswith(OVERLAP):
        number = int(what.removeprefix(OVERLAP).split()[0])
        return Event(tuple(words.split()), place=place, overlapped=number)
    if what not in DISTURBANCES:
        raise ValueError(f"'{what}' is none of: {', '.join(DISTURBANCES)}")
    return Event(tuple(words.split()), what, place)


_senders = st.sampled_from(SENDERS)
_deliveries = st.builds(
    lambda sender, content, number: ("deliver", sender, f"{content}-{number}"),
    _senders, st.sampled_from((*CONTENTS, "good", "good")), st.integers(1, 3),
)  # fmt: skip
_of_children = st.builds(lambda number: ("deliver", "dudley", f"children-{number}"), st.integers(1, 3))
_words = st.builds(
    lambda what, sender: (what, sender), st.sampled_from(("withdraw", "accept", "reject")), _senders
)
_of_each_return = (("check",), ("decide",), ("check", "children"), ("decide", "children"))
_steps = st.sampled_from((*((step,) for step in STEPS), *_of_each_return, *_of_each_return, ("build",)))
_places = st.builds(Place, st.one_of(st.integers(0, 100), st.integers(-LAST, -1)))


@st.composite
def _events(draw: st.DrawFn) -> Event:
    words = draw(st.one_of(_deliveries, _of_children, _words, _steps, _steps))
    kind = draw(st.sampled_from(("", "disturbed", "disturbed", "overlapped")))
    if kind == "":
        return Event(words)
    place = draw(_places)
    if kind == "overlapped":
        return Event(words, place=place, overlapped=draw(st.integers(1, 3)))
    return Event(words, draw(st.sampled_from(DISTURBANCES)), place)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Draw a schedule: each delivery is taken on by a check and a decision sooner or later, often at once."""
    drawn: list[Event] = []
    for event in draw(st.lists(_events(), min_size=1, max_size=5)):
        drawn.append(event)
        if event.words[0] == "deliver" and draw(st.booleans()):
            of = ("children",) if event.words[2].startswith("children") else ()
            drawn += [Event(("check", *of)), Event(("decide", *of))]
    return tuple(drawn)


def names(schedule: Iterable[Event]) -> set[str]:
    """The disturbances of a schedule."""
    return {event.disturbance for event in schedule if event.disturbance}
