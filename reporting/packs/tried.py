"""What other members have tried about a figure, beside it in a pack: how well it is known, and what went wrong."""

from dataclasses import dataclass

# Of what went wrong a pack shows so many characters; the entry has it all.
MOST_OF_WHAT_WENT_WRONG = 200

TRIED = """
select {columns}
from marts.practice_indicator as about
inner join marts.good_practice as practices using (practice_code, authority_code)
where practices.status <> 'draft'
order by indicator_code, evidence_level, practices.status = 'archived', practice_code
"""


@dataclass(frozen=True)
class Tried:
    """What a member has tried about an indicator; rows of `marts.good_practice` and `marts.practice_indicator`."""

    indicator_code: str
    practice_code: str
    authority_code: str
    authority_name: str
    title: str
    status: str
    evidence_level: str
    evidence_level_title: str
    went_wrong: str

    @property
    def link(self) -> str:
        """Where the entry stands on the page of good practice, from the folder of the pack."""
        return f"../../good_practice.html#{self.practice_code.replace('/', '-').lower()}"


def how_it_went(tried: Tried) -> str:
    """Say of an entry of good practice how well it is known what came of it, and what went wrong."""
    title, wrong = tried.evidence_level_title, tried.went_wrong
    if len(wrong) > MOST_OF_WHAT_WENT_WRONG:
        wrong = f"{wrong[:MOST_OF_WHAT_WENT_WRONG].rsplit(' ', 1)[0].rstrip(',;:.')} …"
    given_up = " Given up since." if tried.status == "archived" else ""
    return f"Evidence {tried.evidence_level}, {title[:1].lower()}{title[1:]}. What went wrong: {wrong}{given_up}"
