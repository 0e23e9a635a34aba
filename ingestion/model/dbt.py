"""Run dbt on the warehouse, as the transformer, in a copy of this process."""

import gc
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NoReturn

import structlog

from ingestion.copies import run_in_copy
from ingestion.model.changes import changes_for_dbt
from ingestion.model.dbt_outcome import DbtError, DbtRun, MachineError, Node, why_it_failed
from ingestion.model.parsed import parsed_before
from ingestion.outbox import stream_if_changed
from ingestion.returns.catalogue import catalogue, published_returns
from ingestion.settings import DBT_PROJECT, Settings
from ingestion.warehouse.connection import Role, connect, warehouse_url

log = structlog.get_logger()

# The type of a dbt variable.
Variable = int | str | list[str]

QUIETLY = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_USE_COLORS": "false"}

NO_VARIABLES: Mapping[str, Variable] = MappingProxyType({})


def run_dbt(
    settings: Settings,
    *arguments: str,
    project: Path = DBT_PROJECT,
    room: str = "dbt",
    variables: Mapping[str, Variable] = NO_VARIABLES,
    since_decision: int = 0,
    until_decision: int | None = None,
    left_out: tuple[int, ...] = (),
) -> DbtRun:
    """Run one dbt command, on this project or on a changed copy of it.

    What dbt keeps of the run is in the state folder, in `room`. Its log of every statement is not written: it
    takes a tenth of a build's time, and may quote rows. `variables` are those that differ from dbt_project.yml;
    those that are settings are always given. Other variables than those of the last run in the same room make dbt
    parse the whole project again, which takes longer than a small build. Incremental models take in what was
    decided after `since_decision`; nothing is taken in that was decided after `until_decision`, and nothing of the
    submissions that are `left_out`, as if they had not been accepted.

    Raises:
        ClubError: the warehouse cannot be reached.
        DbtError: dbt failed; the message holds the lines that say why.
        MachineError: it failed for want of room, memory or the server.
    """
    connect(settings, Role.TRANSFORMER).close()  # raises a plain ClubError when the warehouse is down
    target = settings.state_folder / room
    words = [*arguments, *dbt_options(target, project, variables_of(settings, project) | dict(variables))]
    changes = changes_for_dbt(settings, since_decision, until_decision, left_out)
    environment = dbt_environment(settings) | changes | parsed_before(settings, project, room)
    code, run, complaints = run_in_child(words, environment)
    if run.summary:
        log.info("dbt has run", command=arguments[0], summary=run.summary)
    if code != 0:
        why = run.why_failed() or why_it_failed(run.printed + complaints)
        sentence = f"dbt {' '.join(arguments)} failed:\n{why}"
        if any(node.failed_for_the_machine for node in run.nodes):
            raise MachineError(sentence)
        raise DbtError(sentence, tuple(node for node in run.nodes if node.has_failed))
    return run


def dbt_options(target: Path, project: Path, variables: Mapping[str, Variable]) -> list[str]:
    """Return what every command of dbt is told; what it keeps goes into the folder `target`."""
    return [
        "--project-dir", str(project), "--profiles-dir", str(project),
        "--target-path", str(target / "target"), "--log-path", str(target / "logs"), "--log-level-file", "none",
        "--vars", json.dumps(variables),
    ]  # fmt: skip


def run_in_child(words: list[str], environment: Mapping[str, str]) -> tuple[int, DbtRun, str]:
    """Run dbt in a copy of this process; return its exit code, what came of it, and its error output.

    dbt takes seconds to import, so it is imported here, only once for all runs; it keeps connections, settings
    and a log of its own in the process that it runs in, so each run has its own copy.
    """
    import dbt.adapters.postgres
    import dbt.cli.main  # noqa: F401 -- for the copies

    with (
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
        tempfile.TemporaryFile() as results,
    ):
        code = run_in_copy(lambda: _be_dbt(words, environment, output, errors, results), stop_with=signal.SIGTERM)
        nodes = tuple(Node(**node) for node in json.loads(_text(results) or "[]"))
        return code, DbtRun(_text(output), nodes), _text(errors)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _be_dbt(
    words: list[str], environment: Mapping[str, str], output: IO[bytes], errors: IO[bytes], results: IO[bytes]
) -> NoReturn:
    """Run dbt and exit without cleaning up: the connections and handlers belong to the parent process."""
    code = 1
    try:
        for told_to_stop in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(told_to_stop, signal.SIG_DFL)
        # A task of Airflow has streams of its own on these numbers, which are closed once nobody holds them.
        _before = sys.stdout, sys.stderr
        for stream, file in ((1, output), (2, errors)):
            os.dup2(file.fileno(), stream)
        sys.stdout = open(1, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
        sys.argv = ["dbt", *words]
        os.environ.update(environment)
        warnings.simplefilter("ignore")
        # The process is gone before what a collector would free is worth a fifth of its time.
        gc.disable()
        from dbt.cli.main import dbtRunner

        from ingestion.model.dbt_connections import keep_connections, parse_alike_for_every_server
        from ingestion.model.dbt_events import tell_only_what_is_heard
        from ingestion.model.dbt_macros import wrap_macros_when_called

        keep_connections()
        parse_alike_for_every_server()
        tell_only_what_is_heard()
        wrap_macros_when_called()
        outcome = dbtRunner().invoke(words)
        results.write(json.dumps(_nodes(outcome.result)).encode())
        results.flush()
        if outcome.exception:
            print(outcome.exception, file=sys.stderr)
        code = 0 if outcome.success else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _existing(path: str | None) -> str:
    return str(Path(path).absolute()) if path and Path(path).exists() else ""


def _nodes(result: Any) -> list[dict[str, Any]]:
    """Tell what became of the nodes of a run; commands that run none have none."""
    return [
        {
            "name": each.node.name,
            "kind": str(each.node.resource_type.value),
            "status": str(each.status.value),
            "compiled": getattr(each.node, "compiled_code", None) or "",
            "message": str(getattr(each, "message", None) or ""),
            "unique_name": each.node.unique_id,
            "seconds": float(getattr(each, "execution_time", 0.0)),
            "rows": _rows_written(each),
            "failures": getattr(each, "failures", None),
            "compiled_path": _existing(getattr(each.node, "compiled_path", None)),
        }
        for each in getattr(result, "results", None) or ()
        if hasattr(each, "status")
    ]


def _rows_written(result: Any) -> int | None:
    """Return how many rows a node has written; None of a test, and of what the adapter does not count."""
    rows = (getattr(result, "adapter_response", None) or {}).get("rows_affected")
    return int(rows) if rows is not None and int(rows) >= 0 and result.node.resource_type.value != "test" else None


def write_docs(settings: Settings) -> Path:
    """Write the description of every model, column and test as one page that needs no server; return its path."""
    run_dbt(settings, "docs", "generate", "--static")
    page = settings.club_outbox / "warehouse.html"
    with (settings.state_folder / "dbt" / "target" / "static_index.html").open("rb") as source:
        stream_if_changed(page, lambda file: shutil.copyfileobj(source, file))
    return page


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables from which `dbt_project/profiles.yml` reads its connection."""
    url = warehouse_url(settings, Role.TRANSFORMER)
    # What the address says of encryption (sslmode, sslrootcert, …), as libpq finds it in the environment.
    encryption = {f"PG{name.upper()}": str(url.query[name]) for name in url.query if name.startswith("ssl")}
    return {
        "CLUB_DBT_HOST": str(url.host),
        "CLUB_DBT_PORT": str(url.port or 5432),
        "CLUB_DBT_USER": str(url.username),
        "CLUB_DBT_PASSWORD": str(url.password),
        "CLUB_DBT_DATABASE": str(url.database),
        **encryption,
        **QUIETLY,
    }


def variables_of(settings: Settings, project: Path = DBT_PROJECT) -> dict[str, Variable]:
    """Return the variables that are settings, and those that come from the return catalogue."""
    returns, published = catalogue().values(), published_returns()
    sent = [layout for layout in returns if not (layout.is_published or layout.totals_of)]
    submitted = [layout for layout in sent if not layout.is_of_answers]
    answered = [layout.code for layout in sent if layout.is_of_answers]
    return {
        "disclosure_threshold": settings.disclosure_threshold,
        "disclosure_rounding": settings.disclosure_rounding,
        "real_terms_base": settings.real_terms_base,
        "submitted_returns": [layout.code for layout in submitted],
        "answer_returns": answered,
        "answer_models": _staging_models(answered, "answers", project),
        "person_level_returns": [layout.code for layout in submitted if layout.is_person_level],
        "figure_models": _staging_models([layout.code for layout in submitted], "figures", project),
        "control_total_returns": [layout.code for layout in returns if layout.totals_of],
        "neighbour_returns": [
            layout.code
            for layout in published
            if not any(table.figures or table.columns_by_position for table in layout.tables)
        ],
        "last_form_period": max(period for layout in submitted for period in layout.periods),
    }


def _staging_models(return_codes: list[str], of: str, project: Path) -> list[str]:
    """List the staging models with the figures, or the answers, of these returns, where there is one."""
    names = {code: f"stg_{code}__{of}" for code in return_codes}
    staging = project / "models" / "staging"
    return [name for code, name in names.items() if (staging / code / f"{name}.sql").exists()]
