"""The club's work with people in a few lines: what was answered, what that settles, and what others have tried."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingestion.days import day_in_words
from ingestion.errors import ClubError
from ingestion.outbox import folder_name
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from reporting.definitions.propose import Proposal, propose_decisions
from reporting.practice.page import PAGE
from reporting.practice.rows import Practice, PracticeRows, read_practices
from reporting.questionnaire.page import ROOM
from reporting.quiz.read import known_rounds
from reporting.quiz.rows import Round, Settlement
from reporting.quiz.words import votes_in_words

# So many entries are named; the page has them all.
MOST_NAMED = 3

_QUESTIONNAIRE = """
select
    round_code,
    count(distinct authority_code),
    count(distinct authority_code) filter (where missing_kind is null)
from marts.fct_answer
group by round_code
order by round_code desc
limit 1
"""


@dataclass(frozen=True)
class Told:
    """What is told of one kind of work: sentences, commands that go on with it, and pages to open."""

    about: str
    sentences: tuple[str, ...]
    commands: tuple[tuple[str, str], ...] = ()
    pages: tuple[str, ...] = ()


def club_work(settings: Settings, day: date) -> list[Told]:
    """Tell what has come of questionnaire, quiz and good practice; what nobody has answered is left out.

    Args:
        settings: where the marts are, and the outbox with the pages.
        day: today; a round of the quiz is told when it is over, and what it settles would be agreed on this day.
    """
    practices = read_practices(settings)
    return [*_questionnaire(settings), *_quiz(settings, day, practices), *_practice(settings, practices)]


def _questionnaire(settings: Settings) -> Iterator[Told]:
    with connect(settings, Role.ANALYST) as connection:
        found = connection.execute(_QUESTIONNAIRE).fetchone()
    if found and found[2]:
        round_code, members, answering = found
        page = settings.club_outbox / ROOM / f"{folder_name(round_code)}.html"
        words = f"{answering} of {members} members have answered {round_code}."
        yield Told("Questionnaire", (words,), pages=(str(page),))


def _quiz(settings: Settings, day: date, practices: PracticeRows) -> Iterator[Told]:
    with connect(settings, Role.ANALYST) as connection:
        over = [one for one in known_rounds(connection) if one.is_over(day) and one.answers]
    if not over:
        return
    latest = over[-1]
    answered = f"{latest.members_answering} of {latest.members} members have answered {latest.round_code}."
    page = str(settings.club_outbox / f"quiz-{latest.round_code}-answers.html")
    try:
        proposal = propose_decisions(settings, latest.round_code, None, None, day)
    except ClubError as nothing:
        yield Told("Quiz", (answered, str(nothing).partition("\n")[0]), pages=(page,))
        return
    told = (line for settled in proposal.settled for line in _decision_in_words(proposal, settled, practices))
    yield Told("Quiz", (answered, *told), _commands(latest), (page,))


def _decision_in_words(proposal: Proposal, settled: Settlement, practices: PracticeRows) -> Iterator[str]:
    """Say what would be decided from when on, by which votes, what that moves, and who has tried to change it."""
    effects = proposal.effects[settled.case_code]
    moving = sum(one.moves for one in effects)
    yield f"{settled.case_code} is settled: {votes_in_words(settled)}"
    yield (
        f"To be decided: {settled.decision_code} = {settled.value} from {proposal.first} on, where"
        f" {settled.value_in_force} is in force; agreed on {day_in_words(proposal.agreed_on)}."
    )
    yield (
        f"It would move {moving} of {len(effects)} figures of the last year that is counted."
        if effects
        else "No figure that is counted rests on it yet."
    )
    tried = _about(practices, settled.indicator_code)
    if tried:
        named = ", ".join(map(_named, tried[:MOST_NAMED]))
        yield f"What members have tried about {settled.indicator_code}: {named}."


def _commands(latest: Round) -> tuple[tuple[str, str], ...]:
    propose = f"club definitions propose {latest.round_code}"
    return (propose, "whose figures and ranks would move"), (f"{propose} --write", "take it over")


def _practice(settings: Settings, practices: PracticeRows) -> Iterator[Told]:
    if not practices.practices:
        return
    levels = Counter(f"{each.evidence_level} {each.evidence_level_title.lower()}" for each in practices.practices)
    counted = ", ".join(f"{count} {level}" for level, count in sorted(levels.items()))
    surest = practices.practices[:MOST_NAMED]
    yield Told(
        "Good practice",
        (f"{len(practices.practices)} entries by how well it is known what came of them: {counted}.",),
        tuple((f"club practice show {each.practice_code}", each.title) for each in surest),
        (f"{settings.club_outbox / PAGE}#{surest[0].anchor}",),
    )


def _about(practices: PracticeRows, indicator_code: str) -> list[Practice]:
    """Return the entries about an indicator that are in use, the best known first."""
    codes = {
        code
        for code, indicators in practices.indicators.items()
        if indicator_code in {each.indicator_code for each in indicators}
    }
    return [each for each in practices.practices if each.practice_code in codes and not each.is_archived]


def _named(practice: Practice) -> str:
    return f"{practice.practice_code} ({practice.evidence_level_title.lower()})"
