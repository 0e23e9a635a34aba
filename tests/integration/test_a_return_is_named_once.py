"""A new return is its own folders, a line of the catalogue and rows of seeds: from the landing zone to a mart.

The club's definitions are copied, an invented return of each shape is added to the copy, and the product runs on
it by CLUB_DEFINITIONS: no line of Python and none of the SQL that stands is touched.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from ingestion.settings import PROJECT_ROOT

COPIED = ("ingestion/returns", "expectations", "dbt_project")

# What a new return brings along, by the path of each file.
MEALS = {
    "ingestion/returns/meals/layout.yaml": """
        code: meals
        title: Meals, a form
        shape: form
        schedule: "0 7 * * *"
        raw_table: meals_cells
        tables:
          - name: meals
            recognised_by: [meals of the year]
        periods: [2006-07]
    """,
    "expectations/meals/suite.yaml": """
        name: meals
        meta:
          gives: [submission_id, file_id, line_number, column_number, value]
        expectations:
          - type: expect_no_row_to_break_rule
            kwargs: {rule: meals.not_a_number}
            severity: critical
            description: "Line {line_number}: '{value}' is not a number."
            meta: {dimension: validity}
            query: not_a_number.sql
    """,
    "expectations/meals/not_a_number.sql": """
        select files.submission_id, files.file_id, cells.line_number, cells.column_number, cells.value
        from checking.meals_files as files
        inner join raw.meals_cells as cells on files.file_id = cells.file_id
        where cells.line_number > 1 and cells.column_number = 2 and raw.to_number(cells.value) is null
    """,
    "dbt_project/models/staging/meals/_meals.yml": """
        version: 2
        sources:
          - name: raw
            schema: raw
            tables:
              - name: meals_cells
    """,
    "dbt_project/models/staging/meals/stg_meals__figures.sql": """
        select
            items.submission_id, 'meals' as table_name, lower(items.value) as item_code, items.file_id,
            items.line_number, figures.column_number, figures.value as raw_value,
            raw.to_number(figures.value) as value, figures.value is null as is_empty
        from {{ source('raw', 'meals_cells') }} as items
        left join {{ source('raw', 'meals_cells') }} as figures
            on
                items.file_id = figures.file_id
                and items.line_number = figures.line_number
                and figures.column_number = 2
        where items.column_number = 1
    """,
}
VISITS = {
    "ingestion/returns/visits/layout.yaml": """
        code: visits
        title: Visits, a list of records
        shape: records
        schedule: "5 7 * * *"
        raw_table: visits_records
        tables:
          - name: visits
            columns: [place, visits]
        periods: [2006-07]
    """,
    "dbt_project/models/staging/visits/_visits.yml": """
        version: 2
        sources:
          - name: raw
            schema: raw
            tables:
              - name: visits_records
    """,
    "dbt_project/models/staging/visits/stg_visits__figures.sql": """
        select
            submission_id, 'visits' as table_name, record ->> 'place' as item_code, file_id, line_number,
            2 as column_number, record ->> 'visits' as raw_value, raw.to_number(record ->> 'visits') as value,
            record ->> 'visits' = '' as is_empty
        from {{ source('raw', 'visits_records') }}
    """,
}
YOUNG_CARERS = {
    "ingestion/returns/young_carers/layout.yaml": """
        code: young_carers
        title: Young carers, tables about single children
        shape: tables
        is_person_level: true
        looks_back: true
        schedule: "10 7 * * *"
        tables:
          - name: header
            columns: [child, dob, upn]
            dates: [dob]
            is_required: true
          - name: breaks
            columns: [child, began]
            dates: [began]
            events: [began]
        periods: [2006-07]
    """,
    "expectations/young_carers/suite.yaml": """
        name: young_carers
        meta:
          gives: [file_id, line_number]
        expectations:
          - type: expect_no_row_to_break_rule
            kwargs: {rule: "YC1"}
            severity: warning
            description: "The date of birth is not a date."
            meta:
              dimension: validity
              columns: {header: [dob]}
            query: |
              select h.file_id, h.line_number
              from checking.young_carers_header as h
              where h.dob is null
    """,
    "dbt_project/seeds/young_carers/young_carers_codes.csv": """
        codeset,code,meaning,valid_from_period,valid_to_period,provenance
        SEX,1,Male,2000-01,2007-08,guidance
    """,
    "dbt_project/models/staging/young_carers/_young_carers.yml": """
        version: 2
        sources:
          - name: pseudonymised
            schema: pseudonymised
            tables:
              - name: young_carers_header
    """,
    "dbt_project/models/staging/young_carers/stg_young_carers__figures.sql": """
        select
            submission_id, 'header' as table_name, 'children' as item_code, min(file_id) as file_id,
            null::integer as line_number, null::integer as column_number, null::text as raw_value,
            count(distinct child_id)::numeric as value, false as is_empty
        from {{ source('pseudonymised', 'young_carers_header') }}
        group by submission_id
    """,
}
OPINIONS = {
    "ingestion/returns/opinions/layout.yaml": """
        code: opinions
        title: Opinions, what people answer
        shape: answers
        schedule: "15 7 * * *"
        raw_table: opinions_answers
        tables: [{name: answers}]
        answers: {item: question}
    """,
    "ingestion/returns/opinions/items.yaml": """
        title: Opinions
        rounds:
          - {code: spring, title: Opinions of spring}
        respondents: [operations, finance]
        items:
          - code: OP1
            versions:
              - wording: Is it enough?
                fields:
                  - code: answer
                    kind: choice
                    is_required: true
                    choices: [{code: yes, label: It is}, {code: no, label: It is not}]
                  - {code: share, kind: number, label: How much of it, least: 0, most: 100}
                  - code: reasons
                    kind: choices
                    choices: [{code: staff, label: Staff}, {code: money, label: Money}]
          - code: OP2
            versions:
              - wording: What else?
                fields:
                  - {code: answer, kind: text, longest: 20}
    """,
    "dbt_project/models/staging/opinions/_opinions.yml": """
        version: 2
        sources:
          - name: raw
            schema: raw
            tables:
              - name: opinions_answers
    """,
    "dbt_project/models/staging/opinions/stg_opinions__answers.sql": """
        with final as ({{ answers_of('opinions') }})

        select * from final
    """,
}
RETURNS = ("meals", "visits", "young_carers", "opinions")

# Lines for what the returns share, by the file that they are added to.
LINES = {
    "dbt_project/seeds/register/register_measures.csv": (
        "invented_meals,Meals of all kinds,meals,service,meals,",
        "invented_visits,Visits,sessions,service,visits,",
        "invented_young_carers,Young carers,children,service,young_carers,",
    ),
    "dbt_project/seeds/register/return_measures.csv": (
        "meals,invented_meals,2000-01,2007-08,meals,delivered,missing",
        "meals,invented_meals,2000-01,2007-08,meals,served,missing",
        "visits,invented_visits,2000-01,2007-08,visits,home,missing",
        "visits,invented_visits,2000-01,2007-08,visits,office,missing",
        "young_carers,invented_young_carers,2000-01,2007-08,header,children,missing",
    ),
    "dbt_project/seeds/disclosure/disclosure_kept_inside.csv": ("invented_young_carers,It is invented.",),
}

SENT = {
    "dudley/meals/2006-07/meals.csv": "Meals of the year,number\nDelivered,1200\nServed,300\n",
    "walsall/meals/2006-07/meals.csv": "Meals of the year,number\nDelivered,1200\nServed,many\n",
    "dudley/visits/2006-07/visits.csv": "place,visits\nhome,15\noffice,5\n",
    "walsall/visits/2006-07/visits.csv": "place,visits\nhome,15\n",
    "dudley/young_carers/2006-07/header.csv": (
        "CHILD,DOB,UPN\n17,10/05/1995,A123456789012\n18,11/06/1996,B123456789012\n"
    ),
    "dudley/young_carers/2006-07/breaks.csv": "CHILD,BEGAN\n17,01/08/2006\n",
    "walsall/opinions/spring/answers.csv": (
        "question,perspective,answer,share,reasons\n"
        "op1,Operations,it is,40,Money; staff\nOP1,finance,NO,101,time\n"
        "OP2,operations,A sentence of thirty characters,,\nOP3,operations,yes,,\nOP2,everybody,so,,\n"
    ),
    "solihull/opinions/spring/answers.csv": "question,perspective,answer\nOP2,finance,born 3 May 1999\n",
    "solihull/opinions/autumn/answers.csv": "question,perspective,answer\nOP2,finance,Much\n",
}

ROAD = """
import json, sys
from pathlib import Path

from benchmarks.road import take_in
from ingestion.collect.published_layouts import keep_layouts
from ingestion.model.dbt import run_dbt
from ingestion.operation.dag_names import collect_dags
from ingestion.returns.catalogue import published_returns
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.throwaway import ThrowawayServer

home, landing, *return_codes = sys.argv[1:]
settings = Settings(home=Path(home), landing_zone=landing, warehouse_url=None, settle_seconds=0)
with ThrowawayServer(settings):
    migrate(settings)
    migrate(settings)
    for return_code in return_codes:
        take_in(settings, return_code)
    with connect(settings, Role.LOADER) as connection:
        keep_layouts(connection, published_returns())
    run_dbt(
        settings, "build", "--quiet", "--full-refresh", "--exclude-resource-type", "unit_test",
        "--indirect-selection", "cautious", "--select", "+fct_measure", "stg_opinions__answers",
    )
    with connect(settings, Role.ANALYST) as connection:
        found = {
            "dags": collect_dags(),
            "states": connection.execute(
                "select sender || ' ' || return_code, state from ledger.submission order by 1"
            ).fetchall(),
            "measures": connection.execute(
                "select measure_code, authority_code, basis, value, missing_reason"
                " from marts.fct_measure order by 1, 2"
            ).fetchall(),
        }
    with connect(settings, Role.LOADER) as connection:
        found["findings"] = connection.execute(
            "select sender || ' ' || rule_code || ': ' || message from ledger.finding"
            " inner join ledger.submission using (submission_id) where return_code = 'opinions' order by 1"
        ).fetchall()
    with connect(settings, Role.TRANSFORMER) as connection:
        found["answers"] = connection.execute(
            "select authority_code, round_code, item_code, respondent, field, value"
            " from staging.stg_opinions__answers order by file_id, line_number, field"
        ).fetchall()
        found["closed"] = connection.execute(
            "select has_table_privilege('raw.young_carers_header', 'select')"
        ).fetchone()
        found["kept"] = connection.execute(
            "select column_name from information_schema.columns"
            " where table_schema = 'pseudonymised' and table_name = 'young_carers_header'"
            " order by ordinal_position"
        ).fetchall()
print(json.dumps(found))
"""

# The workbook of a member, filled in.
FILLED_IN = """
import sys
from pathlib import Path

from openpyxl import load_workbook

from ingestion.returns.forms import form_of
from ingestion.templates.workbook import write_workbook

path = Path(sys.argv[1])
write_workbook(form_of("opinions", "spring"), "dudley", path)
book = load_workbook(path)
for name, value in {
    "answer.OP1.operations.answer": "It is",
    "answer.OP1.finance.answer": "perhaps",
    "answer.OP1.finance.share": 12.5,
}.items():
    ((sheet, cell),) = book.defined_names[name].destinations
    book[sheet][cell.replace("$", "")].value = value
book.save(path)
print("filled in")
"""

DAG_IDS = """
import sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
assert not bag.import_errors, bag.import_errors
print(" ".join(sorted(bag.dags)))
"""


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The club's definitions with three more returns, and nothing else changed."""
    copy = tmp_path_factory.mktemp("definitions")
    for folder in COPIED:
        ignored = shutil.ignore_patterns("target", "logs", "__pycache__", ".user.yml")
        shutil.copytree(PROJECT_ROOT / folder, copy / folder, ignore=ignored)
    for name, text in (MEALS | VISITS | YOUNG_CARERS | OPINIONS).items():
        path = copy / name
        assert not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"))
    for name, lines in LINES.items():
        with (copy / name).open("a") as file:
            file.writelines(f"{line}\n" for line in lines)
    catalogue = copy / "ingestion" / "returns" / "catalogue.yaml"
    listed = "".join(f"  - {code}/layout.yaml\n" for code in RETURNS)
    catalogue.write_text(catalogue.read_text().replace("returns:\n", f"returns:\n{listed}"))
    return copy


def run(program: str, definitions: Path, *arguments: str, **environment: str) -> str:
    """What a program prints that runs on these definitions."""
    paths = os.pathsep.join((str(PROJECT_ROOT / "dags"), str(PROJECT_ROOT)))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        env=os.environ | {"CLUB_DEFINITIONS": str(definitions), "PYTHONPATH": paths} | environment,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def outcome(definitions: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the road made of what was sent."""
    folder = tmp_path_factory.mktemp("road")
    for name, text in SENT.items():
        path = folder / "landing" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    run(FILLED_IN, definitions, str(folder / "landing" / "dudley" / "opinions" / "spring" / "opinions.xlsx"))
    return json.loads(run(ROAD, definitions, str(folder / "home"), str(folder / "landing"), *RETURNS))


def test_every_return_has_a_dag_of_its_own(definitions: Path, outcome: dict, tmp_path: Path):
    own = [f"collect_{code}" for code in RETURNS]
    assert outcome["dags"][0] == "collect_published"
    assert outcome["dags"][1:5] == own
    parsed = run(
        DAG_IDS, definitions, str(PROJECT_ROOT / "dags" / "collect_returns.py"),
        AIRFLOW_HOME=str(tmp_path), AIRFLOW__CORE__LOAD_EXAMPLES="false",
    )  # fmt: skip
    assert set(own) <= set(parsed.split()) == set(outcome["dags"][1:])


def test_its_own_rules_decide_on_what_was_sent(outcome: dict):
    states = dict(outcome["states"])
    assert states.pop("walsall meals") == "rejected"
    assert {name for name, state in states.items() if state != "accepted"} == {
        "dudley opinions",
        "walsall opinions",
        "solihull opinions",
    }
    assert set(states) > {"dudley meals", "dudley visits", "dudley young_carers", "walsall visits"}


def test_its_figures_are_measures_and_what_is_not_there_has_a_reason(outcome: dict):
    measures = {(code, who): (basis, value) for code, who, basis, value, _ in outcome["measures"]}
    reasons = {(code, who): reason for code, who, *_, reason in outcome["measures"]}
    assert measures == {
        ("invented_meals", "dudley"): ("submitted", 1500),
        ("invented_visits", "dudley"): ("submitted", 20),
        ("invented_visits", "walsall"): ("submitted", None),
        ("invented_young_carers", "dudley"): ("submitted", 2),
    }
    assert reasons["invented_visits", "walsall"] == "office is not in the return"


def test_rows_about_persons_are_the_loaders_alone_and_go_on_under_pseudonyms(outcome: dict):
    assert outcome["closed"] == [False]
    kept = [column for (column,) in outcome["kept"]]
    assert kept[-3:] == ["child_id", "birth_month", "upn_token"]
    assert not {"child", "dob", "upn"} & set(kept)


def test_what_people_answer_is_read_by_the_names_of_cells_and_by_headings_as_its_form_takes_it(outcome: dict):
    assert [tuple(row) for row in outcome["answers"]] == [
        ("dudley", "spring", "OP1", "operations", "answer", "yes"),
        ("dudley", "spring", "OP1", "finance", "share", "12.5"),
        ("walsall", "spring", "OP1", "operations", "answer", "yes"),
        ("walsall", "spring", "OP1", "operations", "reasons", "staff; money"),
        ("walsall", "spring", "OP1", "operations", "share", "40"),
        ("walsall", "spring", "OP1", "finance", "answer", "no"),
        ("walsall", "spring", "OP2", "operations", "answer", "A sentence of thirty"),
    ]


def test_what_is_no_answer_of_the_form_is_named_by_its_place(outcome: dict):
    sentences = [sentence for (sentence,) in outcome["findings"]]
    assert [sentence.partition(": ")[0] for sentence in sentences] == [
        "dudley answers.not_a_choice",
        "solihull answers.about_a_person",
        "solihull answers.required_missing",
        "solihull intake.unknown_round",
        "walsall answers.not_a_choice",
        "walsall answers.not_a_number",
        "walsall answers.too_long",
        "walsall answers.unknown_item",
        "walsall answers.unknown_respondent",
    ]
    assert sentences[0].partition(": ")[2] == (
        "opinions.xlsx, sheet 'Opinions of spring', cell D4: 'perhaps' is no choice of OP1, which takes 'It is',"
        " 'It is not'. It counts as not answered until it is one of these."
    )
    assert not any("1999" in sentence for sentence in sentences), "what is about a person is not repeated"
