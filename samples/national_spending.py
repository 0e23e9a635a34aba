"""Invented section 251 outturn of two years, which differ in headings, numbering and the content of a total."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from samples.members import Member, members

PARTS = 4  # own, private, other public, voluntary


@dataclass(frozen=True)
class Form:
    """The form of one year: its headings, the cells before the line, and its lines with their weights."""

    header: tuple[str, ...]
    lead: tuple[str, ...]
    looked_after: dict[str, int]
    family_support: dict[str, int]
    social_work: str
    total: str
    memorandum: str
    after: tuple[str, ...]


FORMS = {
    "2010-11": Form(
        header=(
            "LA", "LA Name", "ReturnStatus", "Line", "S52 Line Reference", "Own Provision (y)", "Private (z(i))",
            "Other Public (z(ii))", "Voluntary (z(iii))", "Total Expenditure (k)", "Income (l)",
            "NET Current Expenditure (m)", "Govt. Grants Inside AEF (n)", "Govt. Grants Outside AEF (o)",
            "LEA NET Revenue Expenditure (p)",
        ),
        lead=("Submitted",),
        looked_after={
            "Residential care": 30, "Fostering services": 42, "Other children looked after services": 4,
            "Secure accommodation (welfare)": 1, "Short breaks (respite) for looked after children": 4,
            "Children placed with family and friends": 3, "Advocacy services for children looked after": 1,
            "Education of looked after children": 2, "Leaving care support services": 8,
            "Asylum seeker services - children": 5,
        },
        family_support={
            "Direct payments": 10, "Short breaks (respite) for disabled children": 30, "Home care services": 10,
            "Equiptment and adaptations": 5, "Other family support services": 40,
            "Contribution to health care of individual children": 5,
        },
        social_work="Commissioning and social work",
        total="TOTAL CHILDREN AND YOUNG PEOPLE'S SERVICES BUDGET (excluding CERA)",
        memorandum="Youth work - (memorandum expenditure Included in\u00a0lines 41 and 42 above)",
        after=(),
    ),
    "2013-14": Form(
        header=(
            "LA", "LA Name", "LineNumber", "CYPServiceDescription", "ReportGroup", "OwnProvision",
            "PrivateProvision", "OtherPublic", "Voluntary", "TotalExpenditure", "Income", "NetCurrentExpenditure",
            "GovGrantsInsideAEF", "GovGrantsOutsideAEF", "LEANetRevenueExpenditure",
        ),
        lead=(),
        looked_after={
            "Residential care": 27, "Fostering services": 40, "Adoption services": 8,
            "Special guardianship support": 3, "Other children looked after services": 4,
            "Short breaks (respite) for looked after disabled children": 3,
            "Children placed with family and friends ": 3, " Education of looked after children": 2,
            "Leaving care support services ": 7, "Asylum seeker services - children": 3,
        },
        family_support={
            "Direct payments": 12, "Short breaks (respite) for disabled children": 30,
            "Other support for disabled children": 15, "Targeted family support": 35,
            "Universal family support": 8,
        },
        social_work="Social work (includes LA functions in relation to child protection)",
        total="CHILDREN AND YOUNG PEOPLE'S SERVICES BUDGET (excluding CERA)",
        memorandum=(
            "Spend on local authority provided or commissioned area-wide services delivered through "
            "Sure Start Children\u2019s Centres"
        ),
        after=("CHILDREN'S SERVICES",),
    ),
}  # fmt: skip


def spending_rows(seed: int, period: str) -> Iterator[tuple[str, ...]]:
    """Yield the outturn of one year, in pounds, council by council and line by line."""
    form = FORMS[period]
    yield form.header
    for member in members():
        for number, (line, amounts) in enumerate(_lines(seed, member, form, period), start=1):
            # From 2012-13 the number is repeated before the words.
            label = line if form.lead else f"{number} {line}"
            yield (member.dfe_la_number, member.name, *form.lead, str(number), label, *form.after, *amounts)


def _lines(seed: int, member: Member, form: Form, period: str) -> Iterator[tuple[str, list[str]]]:
    chance = _chance(seed, member.code, f"outturn/{period}")
    budget = member.size * chance.uniform(55_000, 75_000)
    everything = [0] * (PARTS + 2)
    for group, total, share in (
        (form.looked_after, "Total Children Looked After", 0.45),
        (form.family_support, "Total Family Support Services", 0.2),
    ):
        summed = [0] * (PARTS + 2)
        for line, weight in group.items():
            parts = _parts(chance, budget * share * weight / 100)
            summed = [left + right for left, right in zip(summed, parts, strict=True)]
            yield line, _row(parts)
        yield total, _row(summed)
        everything = [left + right for left, right in zip(everything, summed, strict=True)]
    social_work = _parts(chance, budget * 0.3)
    yield form.social_work, _row(social_work)
    everything = [left + right for left, right in zip(everything, social_work, strict=True)]
    # The form gives no provision for the total, and nothing at all for a memorandum line.
    yield form.total, [*[""] * PARTS, *_row(everything)[PARTS:-3], "", "", ""]
    yield form.memorandum, [""] * len(_row(everything))


def _parts(chance: random.Random, amount: float) -> list[int]:
    """Return own, private, other public, voluntary; the income set against them, and the grants inside AEF."""
    own = chance.uniform(0.4, 0.7)
    shares = (own, (1 - own) * 0.7, (1 - own) * 0.2, (1 - own) * 0.1)
    parts = [round(amount * share * chance.uniform(0.9, 1.1)) for share in shares]
    return [*parts, round(sum(parts) * 0.06), round(sum(parts) * 0.04)]


def _row(parts: list[int]) -> list[str]:
    """Return the columns of the form: provision, total, income, net, grants inside and outside, net of grants."""
    *provision, income, grants = parts
    net = sum(provision) - income
    return [str(cell) for cell in (*provision, sum(provision), income, net, grants, 0, net - grants)]


def _chance(seed: int, code: str, name: str) -> random.Random:
    return random.Random(f"{seed}/{code}/{name}")  # noqa: S311 -- invented figures, no secrets
