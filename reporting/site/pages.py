"""The pages of the site, each at a place that stays."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment

from ingestion.outbox.pages import page_templates
from reporting.charts import picture
from reporting.definitions.decisions import decisions_of
from reporting.definitions.register import notes
from reporting.site.figures import IndicatorFigures
from reporting.site.files import search_entries
from reporting.site.pictures import funnel_picture, members_picture, trend_picture
from reporting.site.rows import Authority, Change, Shown
from reporting.site.site import Site
from reporting.site.words import SITE_FILTERS

FOLDER = Path(__file__).parent
# What every page leads to.
SECTIONS = (
    ("Indicators", "indicators/index.html"),
    ("Members", "members/index.html"),
    ("Good practice", "practice/index.html"),
    ("Quiz", "quiz/index.html"),
    ("Questionnaire", "questionnaire/index.html"),
    ("What has changed", "changes.html"),
    ("Calendar", "calendar.html"),
    ("Methods", "methods.html"),
    ("About", "about.html"),
    ("Search", "search.html"),
)
# Of a day with more changes than this the file has the rest.
MOST_CHANGES = 100
# Of a picture with more rows than this the file has the figures.
MOST_ROWS = 40

Page = tuple[str, str]


def render_pages(site: Site) -> Iterator[Page]:
    """Yield the path and the text of every page."""
    yield _page(site, "index.html", "home", changes=site.changes)
    yield _page(site, "changes.html", "changes", changes=site.changes, most=MOST_CHANGES)
    yield _page(site, "search.html", "search", entries=search_entries(site))
    for name in ("calendar", "methods", "about"):
        yield _page(site, f"{name}.html", name)
    yield from _indicators(site)
    yield from _members(site)
    yield from _practices(site)
    yield from _rounds(site)


def _page(site: Site, path: str, template: str, **content: Any) -> Page:
    text = _templates().get_template(f"{template}.html.j2").render(
        path=path, root="../" * path.count("/"), sections=SECTIONS,
        club=site.club, state=site.state, region=site.region, members=site.members, groups=site.groups,
        figures=site.figures, domains=site.domains, days=site.days,
        returns=site.returns, titles=site.titles, lacking=site.lacking,
        threshold=site.threshold, rounding=site.rounding, **content,
    )  # fmt: skip
    return path, text


def _indicators(site: Site) -> Iterator[Page]:
    known, changes = notes(), _by_code(site.changes)
    yield _page(site, "indicators/index.html", "indicators")
    for one in site.figures.values():
        yield _page(
            site, f"indicators/{one.code}.html", "indicator", one=one,
            members_picture=members_picture(one), trend=trend_picture(one), funnel=funnel_picture(one),
            most_in_table=MOST_ROWS, bases=_bases(one), note=known.get(one.code),
            decisions=decisions_of(one.indicator),
            is_rounded=any(row.is_rounded for row in one.shown.values()),
            has_file=one.code in site.shared.lines, changes=changes[one.code],
            practices=[each for each in site.practices if one.code in each.codes],
        )  # fmt: skip


def _bases(figures: IndicatorFigures) -> list[tuple[str, str, str]]:
    """Say from when to when the figures have which basis."""
    found = []
    for basis, of_basis in groupby(figures.years, figures.basis_in):
        years = list(of_basis)
        found.append((basis, years[0], years[-1]))
    return found


def _by_code(changes: list[Change]) -> dict[str, list[Change]]:
    found = defaultdict(list)
    for change in changes:
        found[change.indicator_code].append(change)
    return found


def _members(site: Site) -> Iterator[Page]:
    def kind_of(member: Authority) -> str:
        return member.authority_type.replace("_", " ").capitalize()

    in_order = sorted(site.members, key=lambda member: (kind_of(member), member.name))
    kinds = [(kind, list(found)) for kind, found in groupby(in_order, kind_of)]
    yield _page(site, "members/index.html", "members", kinds=kinds)
    with_files = {row.authority_code for row in site.shared.of(Shown)}
    for member in site.members:
        code = member.authority_code
        yield _page(
            site, f"members/{code}.html", "member", member=member, kind=kind_of(member).lower(),
            member_groups=site.groups_of(member), has_file=code in with_files,
            practices=[each for each in site.practices if each.authority_code == code],
            changes=[change for change in site.changes if change.authority_code == code],
        )  # fmt: skip


def _practices(site: Site) -> Iterator[Page]:
    yield _page(site, "practice/index.html", "practices", practices=site.practices)
    for practice in site.practices:
        about = [site.figures[code] for code in practice.codes if code in site.figures]
        yield _page(site, f"practice/{practice.page}", "practice", practice=practice, about=about)


def _rounds(site: Site) -> Iterator[Page]:
    settled = [(of, case) for of in site.quiz for case in of.cases if case.finding == "settled"]
    yield _page(site, "quiz/index.html", "quizzes", rounds=site.quiz, settled=settled)
    for quiz in site.quiz:
        yield _page(site, f"quiz/{quiz.code}.html", "quiz", round=quiz)
    yield _page(site, "questionnaire/index.html", "questionnaires", rounds=site.questionnaire)
    for asked in site.questionnaire:
        yield _page(site, f"questionnaire/{asked.code}.html", "questionnaire", round=asked)


@cache
def _templates() -> Environment:
    return page_templates(FOLDER, Path(picture.__file__).parent, **SITE_FILTERS)
