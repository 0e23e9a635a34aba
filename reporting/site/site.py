"""Everything that the pages of the site say, in the order in which they say it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ingestion.settings import Settings
from reporting.charts.figures import Subject
from reporting.charts.picture import Picture
from reporting.charts.spine import draw_spine
from reporting.site.answers import QuestionnaireRound, QuizRound, questionnaire_rounds, quiz_rounds
from reporting.site.changes import Day, collect_days
from reporting.site.figures import IndicatorFigures, collect_figures
from reporting.site.pictures import spine_row
from reporting.site.read import Shared, read_shared
from reporting.site.rows import Authority, Change, GroupMember, Practice, ReturnAccepted, ReturnDue


@dataclass(frozen=True)
class Group:
    """Indicators that belong together: of a group of the club, or of a domain."""

    code: str
    title: str
    about: str
    figures: tuple[IndicatorFigures, ...]


@dataclass(frozen=True)
class MemberGroup:
    """A group of indicators as a member stands in it."""

    code: str
    title: str
    figures: tuple[IndicatorFigures, ...]
    picture: Picture | None
    hidden: tuple[IndicatorFigures, ...]


@dataclass(frozen=True)
class Site:
    """What may leave the club, laid out for its pages; `titles` are those of the returns."""

    shared: Shared
    figures: dict[str, IndicatorFigures]
    members: tuple[Authority, ...]
    groups: tuple[Group, ...]
    days: tuple[Day, ...]
    titles: Mapping[str, str]
    address: str
    threshold: int
    rounding: int

    @property
    def region(self) -> str:
        """The region of the members; of several, all names."""
        return " and ".join(sorted({member.region for member in self.members})) or "All members"

    @property
    def club(self) -> str:
        """What the club is called."""
        return f"{self.region} benchmarking club"

    @property
    def state(self) -> str:
        """Say how new the figures are: the only date of a page, so that the same figures give the same pages."""
        newest = max((one.newest for one in self.figures.values() if one.newest), default=None)
        return f"The newest figures are of {newest}." if newest else "There are no figures yet."

    @cached_property
    def domains(self) -> list[Group]:
        """All indicators by their domain."""
        titles = {"service": "Service", "finance": "Finance", "outcome": "Outcome"}
        return [
            Group(code, title, "", tuple(one for one in self.figures.values()
                                         if one.indicator.latest["domain"] == code))
            for code, title in titles.items()
        ]  # fmt: skip

    @cached_property
    def practices(self) -> list[Practice]:
        """All entries of good practice, by their titles."""
        return sorted(self.shared.of(Practice), key=lambda each: (each.title.lower(), each.practice_code))

    @cached_property
    def changes(self) -> list[Change]:
        """Every figure that moved, the latest first."""
        return [change for day in self.days for change in day.changes]

    @cached_property
    def quiz(self) -> list[QuizRound]:
        """The rounds of the quiz that are over, the latest first."""
        return quiz_rounds(self.shared)

    @cached_property
    def questionnaire(self) -> list[QuestionnaireRound]:
        """The rounds of the questionnaire that are over, the latest first."""
        return questionnaire_rounds(self.shared)

    @cached_property
    def returns(self) -> list[tuple[str, list[ReturnDue]]]:
        """What is due of each return, the latest first."""
        found = defaultdict(list)
        for row in reversed(self.shared.of(ReturnDue)):
            found[row.return_code].append(row)
        return sorted(found.items(), key=lambda item: self.titles.get(item[0], item[0]))

    @cached_property
    def lacking(self) -> dict[tuple[str, str], list[str]]:
        """Which members' figures are not in yet, of each return and year of which some are."""
        have = defaultdict(set)
        for row in self.shared.of(ReturnAccepted):
            have[row.return_code, row.period_code].add(row.authority_code)
        return {
            place: [member.name for member in self.members if member.authority_code not in codes]
            for place, codes in have.items()
        }

    def groups_of(self, member: Authority) -> list[MemberGroup]:
        """Lay out each group of indicators as a member stands in it."""
        return [_group_of(group, member, self.region) for group in self.groups]


def collect_site(settings: Settings, titles: Mapping[str, str], address: str) -> Site:
    """Read what may leave the club and lay it out.

    Args:
        settings: where the warehouse is, and by which rules counts are hidden.
        titles: what each return is called, by its code.
        address: where the site will stand, ending with a slash; empty where that is not known.

    Raises:
        ClubError: there is nothing to share, or it is older than the definitions.
    """
    shared = read_shared(settings)
    figures = collect_figures(shared)
    return Site(
        shared=shared,
        figures=figures,
        members=tuple(
            sorted((each for each in shared.of(Authority) if each.is_member), key=lambda each: each.name)
        ),
        groups=tuple(_groups(shared, figures)),
        days=tuple(collect_days(shared)),
        titles=titles,
        address=address,
        threshold=settings.disclosure_threshold,
        rounding=settings.disclosure_rounding,
    )


def _groups(shared: Shared, figures: dict[str, IndicatorFigures]) -> list[Group]:
    rows: dict[str, list[GroupMember]] = defaultdict(list)
    for row in shared.of(GroupMember):
        rows[row.group_code].append(row)
    return [
        Group(
            code, found[0].group_title, found[0].group_about, tuple(figures[row.indicator_code] for row in found)
        )
        for code, found in rows.items()
    ]


def _group_of(group: Group, member: Authority, region: str) -> MemberGroup:
    """Draw what is shown of a member; what has never been shown of anybody is left out."""
    known = [one for one in group.figures if one.newest]
    of_member = {one.code: one.of(one.newest or "", member.authority_code) for one in known}
    hidden = [one for one in known if (row := of_member[one.code]) and row.not_shown == "confidential"]
    drawn = [one for one in known if one not in hidden]
    subject = Subject(f"spine-{group.code}", f"{group.title}: {member.name} beside the {region}")
    rows = [spine_row(one, member, one.title, f", {one.newest}") for one in drawn]
    picture = draw_spine(subject, rows, member.name, region) if rows else None
    return MemberGroup(group.code, group.title, group.figures, picture, tuple(hidden))
