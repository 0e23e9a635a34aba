"""A gallery of every chart, with invented figures of the members' names, to look at and to test."""

import math
from pathlib import Path

from ingestion.outbox.pages import page_templates
from reporting.charts.bands import Band, draw_bands
from reporting.charts.dot_plot import Dot, Words, draw_dot_plot
from reporting.charts.driver_tree import Node, draw_driver_tree
from reporting.charts.figures import MISSING, Figure, Polarity, Subject
from reporting.charts.funnel import draw_funnel
from reporting.charts.funnel_parts import FunnelPoint, Limits
from reporting.charts.picture import Picture
from reporting.charts.quadrant import Measured, QuadrantPoint, draw_quadrant
from reporting.charts.quality import QualityRow, draw_quality
from reporting.charts.spine import draw_spine
from reporting.charts.spine_parts import SpineRow
from reporting.charts.trend import draw_trend
from reporting.charts.trend_parts import Annotation, Break, Series, YearFigure
from reporting.charts.votes import Revealed, Vote, draw_votes
from reporting.charts.waterfall import Step, draw_waterfall

MEMBERS = (
    "Birmingham",
    "Coventry",
    "Dudley",
    "Herefordshire",
    "Sandwell",
    "Shropshire",
    "Solihull",
    "Staffordshire",
    "Stoke-on-Trent",
    "Telford and Wrekin",
    "Walsall",
    "Warwickshire",
    "Wolverhampton",
    "Worcestershire",
)
CHILDREN = (2107, 701, 612, 326, 845, 402, 498, 1289, 1012, 398, 667, 798, 832, 911)
SHARES = (11.2, 8.6, 6.9, 12.3, 9.9, 7.5, 10.4, 8.8, 13.6, 9.3, 8.1, 9.0, 12.1, 7.7)
COSTS = (812.4, 701.5, 655.0, 742.9, 690.3, 671.8, 845.2, 702.7, 688.1, 720.6, 664.9, 759.4, 731.0, 698.2)
REGION = 9.8
VOTERS = ("operations", "finance", "information")
YEARS = tuple(f"{year}-{(year + 1) % 100:02}" for year in range(1998, 2008))


def limits_at(size: float, baseline: float = REGION) -> Limits:
    """Return the limits of a percentage, by Wilson's rule."""
    share = baseline / 100
    spread = 100 * math.sqrt(share * (1 - share) / size)
    low, high = (lambda z: max(0.0, baseline - z * spread)), (lambda z: min(100.0, baseline + z * spread))
    return Limits(low(3.090), low(1.960), high(1.960), high(3.090))


def pictures() -> list[Picture]:
    """Draw one of each, and some hard ones."""
    return [
        a_funnel(),
        a_national_funnel(),
        a_trend(),
        a_trend_of_money(),
        a_spine(),
        a_driver_tree(),
        a_waterfall(),
        a_cut_waterfall(),
        a_quadrant(),
        a_dot_plot(),
        a_quality(),
        some_bands(),
        some_votes(),
    ]


def gallery(*drawn: Picture) -> str:
    """Return a page with these pictures, or all of them."""
    template = page_templates(Path(__file__).parent).get_template("gallery.html.j2")
    return template.render(pictures=drawn or pictures())


def a_funnel() -> Picture:
    points = [
        FunnelPoint(
            name,
            Figure(share, key=f"a1/{name}"),
            Figure(size, key=f"size/{name}"),
            limits_at(size),
            name == "Dudley",
            True,
        )
        for name, share, size in zip(MEMBERS, SHARES, CHILDREN, strict=True)
    ]
    points[3] = FunnelPoint("Herefordshire", MISSING, Figure(326), None, is_member=True)
    return draw_funnel(
        Subject("funnel", "A1: stability of placements, 2007-08", "%", 1),
        points,
        "West Midlands",
        Figure(REGION, key="a1/region"),
        "children looked after at 31 March",
    )


def a_national_funnel() -> Picture:
    members = [
        FunnelPoint(name, Figure(share), Figure(size), limits_at(size, 10.1), name == "Solihull", True)
        for name, share, size in zip(MEMBERS, SHARES, CHILDREN, strict=True)
    ]
    others = [
        FunnelPoint(
            f"Council {n}",
            Figure(round(10.1 + 30 * math.sin(n * 2.4) / math.sqrt(20 + n * 7), 1)),
            Figure(20 + n * 9),
            limits_at(20 + n * 9, 10.1),
        )
        for n in range(136)
    ]
    return draw_funnel(
        Subject("national", "A1 in England: stability of placements, 2007-08", "%", 1),
        [*members, *others],
        "England",
        Figure(10.1),
        "children looked after at 31 March",
        lambda size: limits_at(size, 10.1),
    )


def a_trend() -> Picture:
    values = (12.4, 11.9, 12.8, None, 10.9, 10.1, 9.6, 9.9, 8.2, 6.9)
    own = tuple(
        YearFigure(
            year,
            MISSING if value is None else Figure(value, value - 1.9, value + 2.1, key=f"dudley/{year}"),
            Figure(11.4) if year == "2005-06" else MISSING,
            "published" if year < "2003-04" else "submitted",
        )
        for year, value in zip(YEARS, values, strict=True)
    )
    region = tuple(YearFigure(year, Figure(12.9 - 0.34 * n)) for n, year in enumerate(YEARS))
    peers = [
        Series(
            name,
            tuple(
                YearFigure(year, Figure(round(share + 3 - 0.3 * n + 1.1 * math.sin(n * share), 1)))
                for n, year in enumerate(YEARS)
            ),
        )
        for name, share in zip(MEMBERS, SHARES, strict=True)
        if name != "Dudley"
    ]
    return draw_trend(
        Subject("trend", "A1: stability of placements in Dudley", "%", 1),
        [Series("Dudley", own, "own"), Series("West Midlands", region, "comparator"), *peers],
        [Break("2001-02", "unaccompanied children counted"), Break("2003-04", "short breaks left out")],
        [
            Annotation("2003-04", "the placements panel begins to meet every week", "June 2003"),
            Annotation(
                "2006-07",
                "twelve new foster carers recruited with Walsall and Sandwell; the agency"
                " contract ends, and eleven children move in the month after",
                "1 April 2006",
            ),
            Annotation("2006-07", "children's centre opened", "November 2006"),
        ],
    )


def a_trend_of_money() -> Picture:
    cash = (512, 529, 541, 566, 590, 604, 633, 655, 668, 702)
    real = [round(value * (1.03 ** (9 - n)), 1) for n, value in enumerate(cash)]
    series = [
        Series("Dudley", tuple(YearFigure(y, Figure(v)) for y, v in zip(YEARS, cash, strict=True)), "own"),
        Series(
            "Dudley at 2007-08 prices",
            tuple(YearFigure(y, Figure(v)) for y, v in zip(YEARS, real, strict=True)),
            "real",
        ),
        Series(
            "West Midlands",
            tuple(YearFigure(y, Figure(v * 1.02)) for y, v in zip(YEARS, cash, strict=True)),
            "comparator",
        ),
    ]
    return draw_trend(Subject("money", "B8: weekly cost of a child looked after in Dudley", "£", 0), series)


NAMES = (
    ("Stability of placements of children looked after", "low", "%"),
    ("Weekly cost of looking after a child", "none", "£"),
    ("Children adopted, as a share of those looked after", "high", "%"),
    ("Children with three or more placements aged under ten", "low", "%"),
    ("Re-registrations on the child protection register", "none", "%"),
    ("Care leavers in education, training or employment", "high", "%"),
    ("Households receiving intensive home care per 1,000 people aged 65 and over", "high", "per 1,000"),
    ("Cost of home care for an hour", "low", "£"),
    ("Delayed transfers of care", "low", "per 100,000"),
    ("Assessments begun within two weeks", "high", "%"),
)


def a_spine(count: int = 20) -> Picture:
    return draw_spine(
        Subject("spine", "Dudley beside the West Midlands, 2007-08"),
        [_spine_row(n) for n in range(count)],
        "Dudley",
        "West Midlands",
    )


def _spine_row(n: int) -> SpineRow:
    name, polarity, unit = NAMES[n % len(NAMES)]
    region = (9.8, 702.0, 7.4, 12.2, 14.1, 61.0, 11.3, 13.4, 41.0, 72.5)[n % 10]
    wave = math.sin(n * 1.7)
    own = Figure(region * (1 + 0.35 * wave), key=f"spine/{n}/own")
    wide = unit == "%"
    limits = tuple(Figure(region * (1 + side)) for side in (-0.3, -0.19, 0.19, 0.3)) if wide else None
    return SpineRow(
        name,
        unit,
        0 if region > 100 else 1,
        _polarity(polarity),
        MISSING if n == 8 else own,
        MISSING if n == 17 else Figure(region, key=f"spine/{n}/region"),
        (Figure(region * 0.88), Figure(region * 1.1)),
        (Figure(region * 0.62), Figure(region * 1.42)),
        limits,
        Figure(region * 1.06),
        Figure(region * (1 - 0.2 * wave)),
        tuple(
            MISSING if (n, year) in ((8, 4), (4, 2)) else Figure(region * (1 + 0.3 * math.sin(n + year)))
            for year in range(5)
        ),
        "ABCD"[n % 4] if n % 7 != 5 else "",
    )  # type: ignore[arg-type]


def _polarity(word: str) -> Polarity:
    return {"low": "low", "high": "high"}.get(word, "none")  # type: ignore[return-value]


def a_driver_tree() -> Picture:
    def money(title: str, own: float, other: float, adds: float, *children: Node, operator: str = "") -> Node:
        return Node(
            title, Figure(own, key=f"tree/{title}"), Figure(other), "£", 0, Figure(adds), "", operator, children
        )

    residential = money(
        "Residential care",
        2412,
        2204,
        31.2,
        money("Staff for each week", 1702, 1580, 18.0),
        money("Premises and supplies", 710, 624, 13.2),
        operator="+",
    )
    fostering = money(
        "Fostering",
        311,
        335,
        -18.9,
        money("Own carers", 262, 271, -7.1),
        money("Agency carers", 811, 846, -11.8),
        operator="+",
    )
    weeks = Node(
        "Weeks of care",
        Figure(31824),
        Figure(29410),
        "weeks",
        0,
        MISSING,
        "",
        "×",
        (
            Node("Children looked after", Figure(612), Figure(566), "children", 0, Figure(24.0)),
            Node(
                "Weeks for each child",
                Figure(52.0),
                Figure(51.9),
                "weeks",
                1,
                MISSING,
                "weeks are not returned by placement",
            ),
        ),
    )
    total = Node(
        "Total expenditure",
        Figure(20846),
        Figure(20645),
        "£",
        0,
        Figure(36.3),
        "",
        "+",
        (residential, fostering, Node("Secure accommodation", MISSING, Figure(3104), "£", 0)),
    )
    root = Node(
        "Weekly cost of a child looked after",
        Figure(655, key="b8"),
        Figure(702),
        "£",
        0,
        Figure(-47),
        "",
        "÷",
        (total, weeks),
    )
    return draw_driver_tree(
        Subject("tree", "What drives the weekly cost, 2007-08", "£", 1), root, "Dudley", "West Midlands"
    )


def a_waterfall() -> Picture:
    steps = [
        Step("Residential care", Figure(31.2), "price"),
        Step("Residential care", Figure(-44.0), "mix"),
        Step("Fostering", Figure(-18.9), "price"),
        Step("Fostering", Figure(12.3), "mix"),
        Step("Secure accommodation", MISSING, "price"),
        Step("Own homes bought from other councils", Figure(-9.1), "mix"),
    ]
    return draw_waterfall(
        Subject("waterfall", "From the region's weekly cost to Dudley's, 2007-08", "£", 1),
        ("West Midlands", Figure(102.0)),
        steps,
        ("Dudley", Figure(65.0)),
    )


def a_cut_waterfall() -> Picture:
    steps = [Step("Residential care", Figure(31.2), "price"), Step("Fostering", Figure(-78.2), "mix")]
    return draw_waterfall(
        Subject("bridge", "Price and mix of the weekly cost, 2007-08", "£", 1),
        ("West Midlands", Figure(702.0)),
        steps,
        ("Dudley", Figure(655.0)),
    )


def a_quadrant() -> Picture:
    points = [
        QuadrantPoint(name, Figure(cost), Figure(share, share - 1.4, share + 1.6), name == "Dudley")
        for name, cost, share in zip(MEMBERS, COSTS, SHARES, strict=True)
    ]
    return draw_quadrant(
        Subject("quadrant", "Cost beside stability, 2007-08"),
        points,
        Measured("Weekly cost of a child", "£", 0, Figure(702.1)),
        Measured("Three or more placements", "%", 1, Figure(9.2)),
        "low",
    )


def a_dot_plot() -> Picture:
    dots = [
        Dot(
            name,
            share,
            (share - 1.6, share + 1.9),
            (n % 14 + 1, max(1, n - 3), min(14, n + 5)),
            is_own=name == "Dudley",
        )
        for n, (name, share) in enumerate(zip(MEMBERS, SHARES, strict=True))
    ]
    dots[5] = Dot("Shropshire", None)
    words = Words(
        "dots",
        "A1 by authority, 2007-08",
        "One row per authority, in alphabetical order.",
        "%",
        "West Midlands 9.8",
        "Possible ranks, 1 = best",
    )
    return draw_dot_plot(dots, REGION, 1, words)


def a_quality() -> Picture:
    names = (
        "SSDA903: children looked after",
        "PSS EX1: expenditure and unit costs",
        "RAP: referrals and assessments",
    )
    rows = [
        QualityRow(name, tuple("ABACBD"[(n * 2 + y) % 6] if (n + y) % 7 else "" for y in range(10)))
        for n, name in enumerate(names)
    ]
    return draw_quality(Subject("quality", "Quality of Dudley's returns"), YEARS, rows)


def some_votes() -> Picture:
    """Draw the votes on fourteen labels: some knew themselves, most took another label, some did not vote."""
    labels = [f"1{letter}" for letter in "ABCDEFGHIJKLMN"]
    revealed = [
        Revealed(label, ("Lowest third", "Middle third", "Highest third")[place // 5], name, _cast(place, labels))
        for place, (label, name) in enumerate(zip(labels, MEMBERS, strict=True))
    ]
    not_in_it = [Vote("finance", "1C", is_right=False, words="1C")]
    return draw_votes(Subject("votes", "Votes on picture 1"), revealed, VOTERS, not_in_it)


def _cast(place: int, labels: list[str]) -> tuple[Vote, ...]:
    """Return what a member voted: its operations know, its finance guesses, its information is not in it."""
    if place % 5 == 4:
        return ()
    guess = labels[(place * 3) % 4]
    return (
        Vote("operations", labels[place], True, f"{labels[place]}, right (sure)"),
        Vote("finance", guess, guess == labels[place], guess),
        Vote("information", None, False, "we are not in it"),
    )


def some_bands() -> Picture:
    """Draw labels in bands, one of them crowded and one empty."""
    bands = [
        Band("Lowest third", tuple("ABCDEFGHI")),
        Band("Middle third", ()),
        Band("Highest third", tuple("JKLMN")),
    ]
    return draw_bands(Subject("bands", "Picture 1"), bands, ("lower figures", "higher figures"))
