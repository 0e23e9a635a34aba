"""The comparison of each theme as a table for the terminal."""

from rich import box
from rich.table import Table
from rich.text import Text

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.comparison.rows import Cell, comparison_rows
from reporting.comparison.theme_figures import ThemeFigures, read_theme
from reporting.comparison.themes import THEMES
from reporting.one_build import read_one_build

_SUPERSCRIPTS = str.maketrans("0123456789,", "⁰¹²³⁴⁵⁶⁷⁸⁹˒")


def comparison_tables(settings: Settings, own: str | None = None) -> list[Table]:
    """Make one table per theme, each with the latest years that have figures; the row of `own` is bold."""
    return read_one_build(
        settings,
        Role.ANALYST,
        lambda connection: [comparison_table(read_theme(connection, theme), own) for theme in THEMES],
    )


def comparison_table(figures: ThemeFigures, own: str | None = None) -> Table:
    """Lay one theme out: authorities alphabetical, the region last, gaps explained below."""
    laid_out = comparison_rows(figures)
    table = Table(
        title=figures.theme.title, title_justify="left", caption_justify="left", box=box.SIMPLE_HEAD,
        padding=0, show_edge=False, title_style="bold",
        caption=Text("\n".join([figures.theme.key, *laid_out.remarks, *_numbered(laid_out.footnotes)])),
    )  # fmt: skip
    table.add_column("Authority", no_wrap=True, vertical="bottom")
    domain = None
    for column in figures.theme.columns:
        # Eighty columns are few: a domain is named over its first column, a year without its century.
        period = (figures.periods[column.name] or "no year").removeprefix("20")
        heading = "\n".join(
            [column.domain if column.domain != domain else "", column.heading, column.unit, period]
        )
        table.add_column(heading, justify="right", no_wrap=True)
        domain = column.domain
    for row in laid_out.rows:
        table.add_row(
            Text(row.name), *map(_text, row.cells), style="bold cyan" if own and row.code == own else None
        )
    table.add_section()
    table.add_row(Text(laid_out.region.name), *map(_text, laid_out.region.cells), style="bold")
    return table


def _text(cell: Cell) -> Text:
    return Text(cell.text + _mark(cell.footnotes))


def _mark(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers)).translate(_SUPERSCRIPTS)


def _numbered(sentences: tuple[str, ...]) -> list[str]:
    return [f"{_mark((number,))} {sentence}" for number, sentence in enumerate(sentences, start=1)]
