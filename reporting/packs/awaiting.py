"""What awaits the officer: the drafts of the build that is read, and whether there is still something to ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from psycopg import Connection

from ingestion.days import day_in_words
from ingestion.errors import NothingAwaitsError
from ingestion.outbox import folder_name
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.publications import PublicationState, Published, publications_of_build

# How long after the correction window the officer is asked; `club sign-off-packs` takes the word at any time.
ASKED_FOR = timedelta(days=90)

_GROUPS = """
select distinct group_code from marts.indicator_group
where indicator_code in (select indicator_code from marts.authority_profile)
"""


@dataclass(frozen=True)
class Awaiting:
    """The drafts of a build that are neither signed off nor refused, and until when they can be corrected."""

    build_id: int
    drafts: tuple[Published, ...]
    until: datetime


def members_to_publish(settings: Settings) -> tuple[int, list[str]]:
    """Return the build that is read, and the members that have packs of it still to be signed off or refused."""
    with connect(settings, Role.ANALYST) as connection:
        build_id, members = _build_that_is_read(connection), _members(connection)
        groups = [str(group) for (group,) in connection.execute(_GROUPS)]
    with connect(settings, Role.LOADER) as connection:
        over = _with_the_officers_word(publications_of_build(connection, build_id))
    return build_id, [member for member in members if not over.issuperset((member, group) for group in groups)]


def find_awaiting(settings: Settings, build_id: int) -> Awaiting:
    """Return what awaits the officer's word of a build.

    Raises:
        NothingAwaitsError: another build is read by now, all is signed off or refused, or time is up.
    """
    with connect(settings, Role.ANALYST) as connection:
        require_build(_build_that_is_read(connection), build_id)
    with connect(settings, Role.LOADER) as connection:
        published = publications_of_build(connection, build_id)
    over = _with_the_officers_word(published)
    drafts = tuple(each for each in published if each.state == PublicationState.DRAFT and _pack(each) not in over)
    if not drafts:
        raise NothingAwaitsError(f"All drafts of build {build_id} were signed off or refused.")
    until = max(window_ends(draft, settings) for draft in drafts)
    if datetime.now(until.tzinfo) > until + ASKED_FOR:
        raise NothingAwaitsError(
            f"Nobody has answered in {ASKED_FOR.days} days since the drafts of build {build_id} can no longer be "
            "corrected. They stay drafts; `club sign-off-packs` signs them off."
        )
    return Awaiting(build_id, drafts, until)


def request(settings: Settings, awaiting: Awaiting) -> tuple[str, str]:
    """Return the headline and the text (Markdown) with which the officer is asked."""
    with connect(settings, Role.ANALYST) as connection:
        names = _members(connection)
    groups: dict[str, list[str]] = {}
    for draft in awaiting.drafts:
        groups.setdefault(draft.authority_code, []).append(draft.group_code)
    last_day = day(awaiting.until)
    lines = [
        f"The packs of {_counted(len(groups), 'member')} are out as drafts and can be corrected until {last_day}: "
        "a return that is sent again makes another build with other drafts, and this question ends by itself.",
        "",
        "* **Approve**: all of them are published as final, under your name. Before the window has ended, say why "
        "in `reason`.",
        "* **Reject**: all of them are recorded as refused, with your `reason`. The next build has drafts again.",
        "",
        "Without a reason where one is needed, the question stays. For single members there is "
        "`club sign-off-packs MEMBER`, also while this waits.",
        "",
        "| member | packs | in the folder |",
        "|---|---|---|",
    ]
    for authority, theirs in sorted(groups.items(), key=lambda each: names.get(each[0], each[0])):
        folder = pack_folder(settings, authority, PublicationState.DRAFT)
        lines.append(f"| {names.get(authority, authority)} | {', '.join(sorted(theirs))} | `{folder}` |")
    headline = f"Sign off {_counted(len(awaiting.drafts), 'pack')} of build {awaiting.build_id}"
    return f"{headline} (to be corrected until {last_day})", "\n".join(lines)


def needs_reason(is_approved: bool, until: datetime) -> bool:
    """Return whether an answer has to say why: a refusal has, and an approval before the window ends too."""
    return not is_approved or datetime.now(until.tzinfo) < until


def require_build(read: int, asked: int | None) -> None:
    """Make sure that the build that is asked about is the one that is read.

    Raises:
        NothingAwaitsError: it is not.
    """
    if asked is not None and read != asked:
        raise NothingAwaitsError(
            f"The drafts of build {asked} are superseded: build {read} is read now, and has drafts of its own."
        )


def window_ends(draft: Published, settings: Settings) -> datetime:
    """Return when the correction window of a draft ends."""
    return draft.published_at + timedelta(days=settings.correction_days)


def pack_folder(settings: Settings, authority_code: str, state: str) -> Path:
    """Return where the packs of an authority lie."""
    return settings.outbox / folder_name(authority_code) / "packs" / state


def day(moment: datetime) -> str:
    """Return a day as a sentence has it."""
    return day_in_words(moment)


def _build_that_is_read(connection: Connection) -> int:
    (build_id,) = connection.execute("select build_id from marts.build").fetchone() or (0,)
    return int(build_id)


def _members(connection: Connection) -> dict[str, str]:
    """Return the names of the members with figures, by code."""
    query = "select distinct authority_code, authority_name from marts.authority_profile order by 2"
    return {str(code): str(name) for code, name in connection.execute(query)}


def _with_the_officers_word(published: Iterable[Published]) -> set[tuple[str, str]]:
    return {_pack(each) for each in published if each.state != PublicationState.DRAFT}


def _pack(publication: Published) -> tuple[str, str]:
    return publication.authority_code, publication.group_code


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
