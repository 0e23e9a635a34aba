"""The questionnaire from the workbook to the marts: what was answered, what not and why, what goes together."""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from itertools import count
from pathlib import Path

import numpy as np
import psycopg
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from psycopg.types.json import Jsonb
from rich.console import Console
from scipy.stats import kendalltau

from ingestion.collect.answer_forms import keep_form
from ingestion.feedback.report import write_feedback
from ingestion.operation.prefilled import answers_in_force
from ingestion.operation.templates import write_templates
from ingestion.readers.answers import read_named_answers
from ingestion.returns import forms
from ingestion.returns.catalogue import find_return
from ingestion.returns.forms import AnswerKind, Form, form_of
from ingestion.settings import Settings
from ingestion.templates.workbook import answer_name
from ingestion.warehouse.connection import Role, connect
from reporting.questionnaire import search_table, write_questionnaire_pages
from samples.members import members
from samples.questionnaire import DEFECTS, ROUND
from tests.support.compiled_models import compiled_queries
from tests.support.questionnaires import ROUNDS, Answers, Questionnaire, answers_to, histories, in_words

NUMBERS = count(1)

Cells = dict[str, str | float]
Read = dict[tuple[str, str, str], tuple[str | None, str | None, str | None, str | None]]


@pytest.fixture(scope="module")
def warehouse(sample_warehouse: Settings) -> Settings:
    return sample_warehouse


@pytest.fixture(scope="module")
def analyst(warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(warehouse, Role.ANALYST, autocommit=True) as connection:
        yield connection


def missing_of(connection: psycopg.Connection, authority: str, question: str) -> str | None:
    (found,) = connection.execute(
        "select missing_kind from marts.fct_answer where (authority_code, question_code) = (%s, %s)",
        [authority, question],
    ).fetchone() or (None,)
    return found


# What the samples answer


def test_every_question_has_a_row_for_every_member_and_what_is_missing_is_said(
    analyst: psycopg.Connection,
) -> None:
    form = form_of("questionnaire", ROUND)
    rows = analyst.execute(
        "select authority_code, question_code, missing_kind,"
        " coalesce(answer_code, answer_number::text, answer_text) from marts.fct_answer where round_code = %s",
        [ROUND],
    ).fetchall()
    assert Counter((authority, question) for authority, question, _, _ in rows) == {
        (member.code, item.code): 1 for member in members() for item in form.items
    }
    for authority, question, missing, answer in rows:
        assert (missing in (None, "not_known", "does_not_apply")) == (answer is not None), (authority, question)


def test_a_defect_of_the_samples_counts_as_not_answered_and_nothing_else_does(analyst: psycopg.Connection) -> None:
    assert len(DEFECTS) == 6
    for authority, question in (("walsall", "DQ2"), ("dudley", "DQ5"), ("sandwell", "PR6"), ("solihull", "DQ1")):
        assert missing_of(analyst, authority, question) == "not_answered"
    assert missing_of(analyst, "coventry", "DQ1") is None
    required = [item.code for item in form_of("questionnaire", ROUND).items if item.fields[0].is_required]
    found = analyst.execute(
        "select authority_code, question_code from marts.fct_answer"
        " where missing_kind = 'not_answered' and question_code = any(%s) order by 1, 2",
        [required],
    ).fetchall()
    assert set(found) <= {("walsall", "DQ2"), ("dudley", "DQ5"), ("sandwell", "PR5"), ("solihull", "DQ1")}


def test_a_wrong_answer_is_named_by_sheet_and_cell(warehouse: Settings) -> None:
    with connect(warehouse, Role.LOADER) as connection:
        found = connection.execute(
            "select sender, rule_code, message from ledger.finding"
            " inner join ledger.submission using (submission_id) where return_code = 'questionnaire'"
            " order by sender, rule_code"
        ).fetchall()
    assert [(sender, rule) for sender, rule, _ in found] == [
        ("dudley", "answers.not_a_number"),
        ("sandwell", "answers.other_version"),
        ("solihull", "answers.required_missing"),
        ("stoke-on-trent", "questionnaire.not_to_be_answered"),
        ("walsall", "answers.not_a_choice"),
    ]
    sentences = {sender: message for sender, _, message in found}
    assert (
        "sheet 'Data quality and IT capability', cell C11: 'every fortnight' is no choice of DQ2"
        in sentences["walsall"]
    )
    assert (
        "DQ4 is a question only if DQ3 in (on_demand, yearly, regularly), and DQ3 is answered 'Never'"
        in (sentences["stoke-on-trent"])
    )


def test_a_question_that_the_own_answer_rules_out_was_not_asked(analyst: psycopg.Connection) -> None:
    rows = analyst.execute(
        "select deciding.answer_code, asked.missing_kind, asked.answer_code"
        " from marts.fct_answer as asked inner join marts.fct_answer as deciding"
        " using (authority_code, round_code, respondent)"
        " where asked.question_code = 'PR5' and deciding.question_code = 'PR4' and authority_code <> 'sandwell'"
    ).fetchall()
    assert {missing for deciding, missing, _ in rows if deciding not in ("agreed", "costed")} == {"not_asked"}
    assert "not_asked" not in {missing for deciding, missing, _ in rows if deciding in ("agreed", "costed")}


def test_a_rank_correlation_is_that_of_the_members_with_an_answer_and_a_figure(
    analyst: psycopg.Connection,
) -> None:
    pairs = analyst.execute(
        "select question_code, indicator_code, n, correlation, p_value from marts.factor_and_indicator"
        " where missing_reason is null"
    ).fetchall()
    assert len(pairs) >= 20
    for question, indicator, n, correlation, p_value in pairs:
        points = analyst.execute(
            "select answer_value, value from marts.answer_and_indicator"
            " where (question_code, indicator_code) = (%s, %s) and left_out is null",
            [question, indicator],
        ).fetchall()
        answers, figures = zip(*points, strict=True)
        assert len(points) == n >= 8
        assert correlation == pytest.approx(kendalltau(answers, figures).statistic)
        share, error = chance_of(answers, figures)
        assert p_value == pytest.approx(share, abs=error), (question, indicator)


DRAWS = 20_000


def chance_of(answers: tuple[float, ...], figures: tuple[float, ...]) -> tuple[float, float]:
    """How often answers dealt out at random go together at least as much, and four standard errors of that."""
    deal = np.random.default_rng(14)
    above = np.sign(np.subtract.outer(figures, figures))
    dealt = deal.permuted(np.tile(answers, (DRAWS, 1)), axis=1)
    statistics = (np.sign(dealt[:, :, None] - dealt[:, None, :]) * above).sum(axis=(1, 2))
    observed = (np.sign(np.subtract.outer(answers, answers)) * above).sum()
    share = float((np.abs(statistics) >= abs(observed)).mean())
    return share, 4 * max(share * (1 - share) / DRAWS, 1 / DRAWS**2) ** 0.5


def test_the_expected_number_of_pairs_by_chance_is_what_few_members_can_have(analyst: psycopg.Connection) -> None:
    rows = analyst.execute(
        "select p_value, pairs_looked_at, pairs_below_05, pairs_below_05_by_chance from marts.factor_and_indicator"
        " where missing_reason is null"
    ).fetchall()
    ((looked_at, below, by_chance),) = {row[1:] for row in rows}
    assert looked_at == len(rows)
    assert below == sum(p_value <= 0.05 for p_value, *_ in rows)
    # Chance gives a little less than 5 %: few members have few probabilities.
    assert 0.6 * 0.05 * looked_at < by_chance <= 0.05 * looked_at


# What is read


def test_what_was_written_is_found_by_its_words_in_any_form(warehouse: Settings) -> None:
    console = Console(record=True, width=200, file=io.StringIO())
    console.print(search_table(warehouse, "walls -telephones", 5))
    found = console.export_text()
    assert "Worcestershire" in found
    assert "PR6" in found
    assert "1 found" in found


def test_pages_are_left_alone_when_nothing_has_changed_and_mark_the_own_dots(warehouse: Settings) -> None:
    (page,) = write_questionnaire_pages(warehouse)
    before = page.stat().st_mtime_ns
    assert write_questionnaire_pages(warehouse) == [page]
    assert page.stat().st_mtime_ns == before
    (own,) = write_questionnaire_pages(warehouse, "dudley")
    text = own.read_text(encoding="utf-8")
    assert text.count('font-weight="600">Dudley</text>') >= 20
    assert "pairs of question and indicator were looked at" in text
    assert "14 of 14 departments answered" in page.read_text(encoding="utf-8")


def test_a_workbook_that_is_written_again_holds_what_counts_and_says_so(
    warehouse: Settings, tmp_path: Path
) -> None:
    """Walsall's choice that is none is left empty, as it counts as not answered; the rest goes back the same."""
    (path,) = write_templates(warehouse, "questionnaire", ROUND, {"walsall": "Walsall"}, tmp_path)
    rows = {
        tuple(row[1][:3]): row[1][3] for row in read_named_answers(partial(BytesIO, path.read_bytes()), 10**8).rows
    }
    assert rows["stamp", "", "prefilled"] == f"{ROUND}, version 1"
    with connect(warehouse, Role.LOADER) as connection:
        sent = {
            (item, field): value
            for item, field, value in connection.execute(
                "select item_code, field, value from raw.questionnaire_answers"
                " inner join ledger.submission using (submission_id)"
                " where sender = 'walsall' and period_code = %s and is_in_force and item_code <> 'stamp'",
                [ROUND],
            )
        }
    form = form_of("questionnaire", ROUND)
    taken = in_words(form, {cell: value for cell, value in sent.items() if value != "every fortnight"})
    held = {(item, field): value for (item, _, field), value in rows.items() if item != "stamp"}
    assert {cell: sorted(value.split("; ")) for cell, value in held.items()} == {
        cell: sorted(value.split("; ")) for cell, value in taken.items()
    }, "several choices stand in the order of the form"
    assert len(taken) == len(sent) - 1 > 20


def test_the_sender_reads_every_answer_as_it_was_taken_in(warehouse: Settings) -> None:
    reports = {path.parts[-5]: path for path in write_feedback(warehouse, return_codes=["questionnaire"])
               if path.name == "feedback.html"}  # fmt: skip
    assert len(reports) == 14
    walsall = reports["walsall"].read_text(encoding="utf-8")
    assert '<strong class="warning">not used</strong>: every fortnight' in walsall
    assert (
        "<code>walsall/questionnaire/round-1</code> as soon as you can: it was due on 17 October 2008." in walsall
    )
    coventry = reports["coventry"].read_text(encoding="utf-8")
    assert "All of it" in coventry
    assert "line 2, column answer" in coventry


# Through three rounds


@pytest.fixture(scope="module")
def answers_in_marts(warehouse: Settings) -> Callable[..., tuple[Read, dict[tuple[str, str], Cells]]]:
    """Has answers of rounds taken in, and reads what marts and workbooks make of them; nothing of it stays."""
    query = compiled_queries(warehouse, "fct_answer")["fct_answer"]

    def read(
        rounds: list[Form], given_: dict[tuple[str, str], Answers], workbooks: list[Form]
    ) -> tuple[Read, dict[tuple[str, str], Cells]]:
        layout = find_return("questionnaire").model_copy(
            update={"periods": tuple(form.round_code for form in workbooks)}
        )
        with connect(warehouse, Role.ADMIN) as connection, connection.transaction(force_rollback=True):
            for form in rounds:
                keep_form(connection, form)
            for number, ((round_code, member), answers) in enumerate(given_.items(), 900_000):
                take_in(connection, number, round_code, member, answers)
            rows = connection.execute(
                "select authority_code, round_code, question_code,"
                " coalesce(answer_code, answer_number::text, answer_text), evidence, missing_kind, answer_label"
                f" from ({query}) as fct_answer where round_code = any(%s)",
                [[form.round_code for form in rounds]],
            ).fetchall()
            cells = {
                (form.round_code, member.code): dict(found.answers)
                for form in workbooks for member in members()
                for found in [answers_in_force(connection, layout, form, member.code)]
            }  # fmt: skip
        return {(who, round_code, question): tuple(rest) for who, round_code, question, *rest in rows}, cells

    return read


def take_in(connection: psycopg.Connection, number: int, round_code: str, member: str, answers: Answers) -> None:
    connection.execute(
        "insert into staging.stg_ledger__submissions select (jsonb_populate_record(known, %s)).*"
        " from staging.stg_ledger__submissions as known where return_code = 'questionnaire' limit 1",
        [Jsonb({"submission_id": number, "sender": member, "period_code": round_code})],
    )
    connection.execute(
        "insert into ledger.submission"
        " (submission_id, sender, period_code, return_code, version, fingerprint, state, is_in_force)"
        " overriding system value values (%s, %s, %s, 'questionnaire', 1, %s, 'accepted', true)",
        [number, member, round_code, str(number)],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into raw.questionnaire_answers (submission_id, file_id, line_number, answer_number, item_code,"
            " respondent, field, value, sheet_name, cell) values (%s, %s, 1, %s, %s, '', %s, %s, '', 'answer')",
            [
                (number, number, turn, item, field, value)
                for turn, ((item, field), value) in enumerate(answers.items())
            ],
        )


def as_cells(form: Form, answers: Answers) -> Cells:
    """The same answers as a workbook holds them."""
    numbers = {item.code for item in form.items if item.fields[0].kind is AnswerKind.NUMBER}
    return {
        answer_name(code, "", field): float(value) if code in numbers and field == "answer" else value
        for (code, field), value in in_words(form, answers).items()
    }


def asked_again(before: Form, now: Form) -> set[str]:
    asked = {item.code: (item.wording, item.fields) for item in before.items}
    return {item.code for item in now.items if asked.get(item.code) == (item.wording, item.fields)}


def rounds_of(seed: int, edits: list[list[str]], folder: Path) -> list[Form]:
    code = f"history_{next(NUMBERS)}"
    questionnaire = Questionnaire(seed)
    for at, of_round in enumerate(edits, 1):
        for what in of_round:
            questionnaire.edit(what, at)
    (folder / code).mkdir()
    (folder / code / "items.yaml").write_text(yaml.safe_dump(questionnaire.document(), sort_keys=False))
    return [
        form_of(code, round_code).model_copy(
            update={"return_code": "questionnaire", "round_code": f"trial-{round_code}"}
        )
        for round_code in ROUNDS
    ]


@examples(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories())
def test_no_answer_is_lost_or_shifted_on_its_way_into_the_marts(
    answers_in_marts: Callable[..., tuple[Read, dict[tuple[str, str], Cells]]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    history: tuple[int, list[list[str]]],
) -> None:
    seed, edits = history
    folder = tmp_path_factory.mktemp("history")
    monkeypatch.setattr(forms, "RETURNS", folder)
    rounds = rounds_of(seed, edits, folder)
    asked = {(form.round_code, item.code): item for form in rounds for item in form.items}
    answered = {
        (form.round_code, member.code): answers_to(form, member.code, seed)
        for form in rounds for member in members()
    }  # fmt: skip
    by_round = {form.round_code: form for form in rounds}
    # Every other member sends words, the others codes.
    sent = {
        (round_code, member): in_words(by_round[round_code], answers) if turn % 2 else answers
        for turn, ((round_code, member), answers) in enumerate(answered.items())
    }
    # A round that nobody has answered, and that asks what the second asked.
    following = rounds[1].model_copy(update={"round_code": "trial-next"})
    found, cells = answers_in_marts(rounds, sent, [*rounds, following])
    for (round_code, member), answers in answered.items():
        assert cells[round_code, member] == as_cells(by_round[round_code], answers), "as a correction begins"
    again = asked_again(rounds[2], following)
    for member in (each.code for each in members()):
        answers = {
            cell: value for cell, value in answered[rounds[2].round_code, member].items() if cell[0] in again
        }
        assert cells["trial-next", member] == as_cells(following, answers), "what is asked again as it was"
    known = {code for _, code in asked}
    for (round_code, member), answers in answered.items():
        for code in known:
            item = asked.get((round_code, code))
            answer, evidence, missing, label = found[member, round_code, code]
            if item is None:
                assert (answer, evidence, missing) == (None, None, "not_asked")
                continue
            given_answer = answers.get((code, "answer"))
            assert answer == given_answer
            assert evidence == answers.get((code, "evidence"))
            assert missing == (None if given_answer else "not_answered")
            if given_answer and item.fields[0].kind in (AnswerKind.CHOICE, AnswerKind.CHOICES):
                assert label == in_words(by_round[round_code], answers)[code, "answer"]
