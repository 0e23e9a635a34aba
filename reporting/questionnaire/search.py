"""Search in what departments wrote in their own words: English words in any form, "a phrase", or, -not."""

from rich.table import Table

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

# What stands around the words that were found, so that they can be set in bold.
_MARK = "\N{INFORMATION SEPARATOR ONE}"
_SEARCH = """
select
    authorities.name,
    texts.round_code,
    texts.question_code,
    ts_headline('english', texts.text_given, wanted.query, %(options)s) as found
from marts.answer_text as texts
inner join marts.dim_authority as authorities on texts.authority_code = authorities.authority_code
cross join websearch_to_tsquery('english', %(words)s) as wanted (query)
where texts.words @@ wanted.query
order by
    ts_rank(texts.words, wanted.query) desc, authorities.name, texts.round_code, texts.question_code, texts.part
limit %(limit)s
"""


def search_table(settings: Settings, words: str, limit: int) -> Table:
    """Search the texts of all rounds; the best hits first, as a table for the screen."""
    options = f"StartSel={_MARK}, StopSel={_MARK}, MaxFragments=2, MaxWords=25, MinWords=10"
    with connect(settings, Role.ANALYST) as connection:
        hits = connection.execute(_SEARCH, {"words": words, "options": options, "limit": limit}).fetchall()
    table = Table(title=f"“{words}”: {len(hits)} found", title_justify="left")
    for heading in ("Department", "Round", "Question", "Text"):
        table.add_column(heading, no_wrap=heading != "Text")
    for name, round_code, question_code, text in hits:
        table.add_row(name, round_code, question_code, _in_bold(text))
    return table


def _in_bold(text: str) -> str:
    pieces = text.replace("[", "\\[").split(_MARK)
    return "".join(f"[bold]{piece}[/bold]" if place % 2 else piece for place, piece in enumerate(pieces))
