"""Search the entries of good practice by the words of a question.

Entries that have all words come first. A question in plain words has seldom all of them, so those with the most
telling words follow: a word tells the more, the fewer entries have it. What is quoted, or left out by `-`, is
taken as PostgreSQL's `websearch_to_tsquery` takes it, and nothing follows.
"""

from dataclasses import dataclass

from psycopg.rows import class_row

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

# What a snippet shows as found; no text has these characters.
BEGINS, ENDS = "\x02", "\x03"

_SEARCH = """
with asked as (
    select
        websearch_to_tsquery('english', %(words)s) as all_words,
        %(words)s ~ '"|(^|\\s)-\\w' as is_exact
),

entries as (
    select * from marts.good_practice
    where
        status <> 'draft'
        and (%(authority)s::text is null or authority_code = %(authority)s)
        and (
            %(indicator)s::text is null
            or practice_code in (
                select practice_code from marts.practice_indicator where indicator_code = upper(%(indicator)s)
            )
        )
),

-- Stop words are gone from these; of a longer word its beginning is enough.
words as (
    select
        to_tsquery('simple', quote_literal(lexeme) || case when length(lexeme) >= 4 then ':*' else '' end) as word
    from unnest(to_tsvector('english', %(words)s))
    where lexeme !~ '[\\\\'']'
),

telling as (
    select
        words.word,
        ln(1 + (select count(*) from marts.good_practice) / count(*)::double precision) as tells
    from words
    inner join marts.good_practice as known on known.search @@ words.word
    group by words.word
),

found as (
    select
        entries.practice_code,
        entries.search @@ asked.all_words as has_all_words,
        sum(telling.tells * ts_rank('{0.1, 0.25, 0.5, 1}', entries.search, telling.word)) as score,
        to_tsquery('simple', string_agg(telling.word::text, ' | ' order by telling.word::text)) as any_word
    from entries
    cross join asked
    inner join telling on entries.search @@ telling.word
    where entries.search @@ asked.all_words or not asked.is_exact
    group by entries.practice_code, has_all_words
)

select
    entries.practice_code,
    found.has_all_words,
    found.score,
    ts_headline(
        'english', concat_ws(' ', entries.problem, entries.what_was_done, entries.evidence, entries.went_wrong),
        found.any_word,
        'MaxFragments=2, MaxWords=18, MinWords=8, FragmentDelimiter=" … ", '
        || 'StartSel=' || chr(2) || ', StopSel=' || chr(3)
    ) as snippet
from found
inner join entries on found.practice_code = entries.practice_code
order by found.has_all_words desc, found.score desc, entries.practice_code
limit %(limit)s
"""


@dataclass(frozen=True)
class Found:
    """An entry that was found: how well, and what of its text shows the words."""

    practice_code: str
    has_all_words: bool
    score: float
    snippet: str


def search(
    settings: Settings, words: str, indicator: str | None = None, authority: str | None = None, limit: int = 5
) -> list[Found]:
    """Find the entries that a question is about, the best first.

    Args:
        settings: where the marts are.
        words: the question, in plain words or as search engines take it.
        indicator: only entries about this indicator.
        authority: only entries of this authority.
        limit: how many at most.
    """
    facts = {"words": words, "indicator": indicator, "authority": authority, "limit": limit}
    with connect(settings, Role.ANALYST) as connection, connection.cursor(row_factory=class_row(Found)) as cursor:
        return cursor.execute(_SEARCH, facts).fetchall()
