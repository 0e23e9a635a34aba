"""Commands that start, stop, load and look."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ingestion.cli.addresses import AddressForm, address_text
from ingestion.cli.console import console, plain_errors, read_settings, say
from ingestion.cli.keeping import rebuild_from_archive
from ingestion.errors import ClubError
from ingestion.settings import Settings


def up() -> None:
    """Start PostgreSQL and Airflow, and prepare the warehouse. Safe to repeat."""
    from ingestion.operation.airflow_process import AirflowProcess
    from ingestion.operation.service import bring_up

    with plain_errors():
        settings = read_settings()
        bring_up(settings, say)
        say(f"Ready. Airflow is at {AirflowProcess(settings).url}")


def down() -> None:
    """Stop what `club up` has started, and only that."""
    from ingestion.operation.service import take_down

    with plain_errors():
        take_down(read_settings(), say)


def migrate() -> None:
    """Prepare an existing warehouse (WAREHOUSE_URL): roles, schemas, migrations, crosswalk."""
    from ingestion.operation.service import prepare_warehouse

    with plain_errors():
        prepare_warehouse(read_settings(), say)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """What is running, and how the submissions stand."""
    from ingestion.operation.status import read_status

    with plain_errors():
        found = read_status(read_settings())
        if as_json:
            typer.echo(json.dumps(found, indent=2, default=str))
            return
        for part in ("warehouse", "airflow"):
            about = found[part]
            console.print(
                f"{part:<12}",
                "running" if about["running"] else "stopped",
                about.get("url") or about.get("reason", ""),
            )
        console.print(f"{'mail':<12}", _mail_in_words(found["mail"]), highlight=False)
        if found["marts"]:
            console.print(f"{'marts':<12}", _marts_in_words(found["marts"]))
        if found["without_readings"]:
            names = ", ".join(found["without_readings"])
            console.print(f"{'readings':<12}", f"without {names}; `club readings` counts again, and says why not")
        for state, count in found["submissions"].items():
            console.print(f"{count:>6} submissions {state.replace('_', ' ')}")
        wrong = len(found["faults"])
        console.print(
            f"{'doctor':<12}", f"{wrong} wrong; `club doctor` says what" if wrong else "nothing is wrong"
        )


def _marts_in_words(build: dict[str, Any]) -> str:
    decided = f" of {build['last_decided_at']:%Y-%m-%d %H:%M}" if build["last_decided_at"] else ""
    return (
        f"build {build['build_id']}, as of decision {build['last_decision_id']}{decided}; "
        f"built {build['built_at']:%Y-%m-%d %H:%M}, {build['tests']} tests passed"
    )


def _mail_in_words(mail: dict[str, Any]) -> str:
    counted = ", ".join(f"{count} {state}" for state, count in mail["by_state"].items())
    return "; ".join(filter(None, [mail["contacts"], counted]))


def url(
    role: Annotated[str, typer.Option(help="loader, transformer, analyst, bi, outside or officer.")] = "bi",
    authority: Annotated[
        str | None, typer.Option(help="The login of this member instead, which sees its own children.")
    ] = None,
    form: Annotated[
        AddressForm, typer.Option("--format", help="For which tool; what Excel asks, Power BI asks too.")
    ] = AddressForm.SQLALCHEMY,
) -> None:
    """Print the address of the warehouse for one role or one authority, and nothing else."""
    from ingestion.authorities import require_member
    from ingestion.warehouse.connection import Role, authority_url, warehouse_url

    with plain_errors():
        if authority:
            typer.echo(address_text(authority_url(read_settings(), require_member(authority).code), form))
            return
        names = [known.value for known in Role]
        if role not in names:
            raise ClubError(f"There is no role '{role}'; known are {', '.join(names)}.")
        typer.echo(address_text(warehouse_url(read_settings(), Role(role)), form))


def airflow_login() -> None:
    """Tell the address of Airflow and its users' passwords; on a terminal only, so that no log has them."""
    from ingestion.operation.airflow_process import AirflowProcess

    with plain_errors():
        if not console.is_terminal:
            raise ClubError("Passwords are told on a terminal only; this goes into a file or to another program.")
        airflow = AirflowProcess(read_settings())
        console.print(airflow.url or "Airflow is not running; start it with `club up`.", highlight=False)
        for user, password in airflow.logins().items():
            console.print(f"user {user}, password {password}", highlight=False, markup=False)


def sample(
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing when the landing zone already holds files.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another seed gives other figures.")] = 1999,
    england: Annotated[
        bool, typer.Option("--england", help="Also a national collection of all councils, with control totals.")
    ] = False,
    children: Annotated[
        int | None,
        typer.Option(min=1, help="Looked after on 31 March by each authority; by default, as its PSS EX1 tells."),
    ] = None,
    ballots: Annotated[
        str | None, typer.Option(metavar="ROUND", help="Only ballots, for a workshop that was drawn.")
    ] = None,
) -> None:
    """Write invented returns of the fourteen authorities into the landing zone."""
    from samples import write_child_samples, write_national_samples, write_samples
    from samples.contacts import write_contacts

    with plain_errors():
        settings = read_settings()
        if "://" in settings.landing:
            raise ClubError("Samples are only written into a folder; LANDING_ZONE is a URI.")
        if ballots:
            from ingestion.cli.workshop_steps import write_sample_ballots

            say(f"Wrote {len(write_sample_ballots(settings, ballots, seed))} invented ballots")
            return
        folder = Path(settings.landing)
        if if_empty and folder.exists() and any(folder.iterdir()):
            say(f"The landing zone {folder} holds files; no samples are needed")
            return
        files = write_samples(folder, seed=seed)
        files += write_child_samples(folder, seed=seed, children=children)
        if england:
            files += write_national_samples(folder, seed=seed)
        say(f"Wrote {len(files)} invented files to {folder}")
        if write_contacts(settings.contacts_file):
            say(f"Wrote invented contacts to {settings.contacts_file}")


def load(
    authority: Annotated[
        str | None, typer.Option(help="Collect only what this authority has sent, by any of its names.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="Collect only what was sent for this year or round, such as 2006-07.")
    ] = None,
) -> None:
    """Run the road once through the DAGs: collect, check, decide, model, publish."""
    from ingestion.collect.landing import require_landing_zone
    from ingestion.operation.airflow_process import AirflowProcess
    from ingestion.operation.load import Limits, require_no_failures
    from ingestion.operation.load import load as run_load
    from ingestion.operation.overview import count_by_state
    from ingestion.operation.service import bring_up

    with plain_errors():
        settings, limits = read_settings(), Limits(authority, period)
        require_landing_zone(settings)
        limits.dags()  # what is mistyped is told before anything is started
        api = bring_up(settings, say)
        before = count_by_state(settings)
        failures = run_load(settings, api, console, limits)
        require_no_failures(failures, AirflowProcess(settings).url)
        _report_load(settings, before)


def _report_load(settings: Settings, before: object) -> None:
    from ingestion.operation.overview import count_by_state, list_submissions
    from ingestion.warehouse.states import State

    after = count_by_state(settings)
    if after == before:
        say("Nothing new: every file in the landing zone was known already")
    for state, count in after.items():
        say(f"{count} submissions {state.replace('_', ' ')}")
    for state in (State.REJECTED, State.AWAITING_SIGN_OFF, State.QUARANTINED):
        for line in list_submissions(settings, state=state.value):
            console.print(
                f"  {line.sender} {line.return_code} {line.period_code} (submission {line.submission_id}) "
                f"{state.value.replace('_', ' ')}: {line.first_message}",
                highlight=False,
            )


def readings() -> None:
    """Count each figure about children by every reading of the club's decisions; Airflow does so by itself."""
    from ingestion.model.readings import count_readings

    with plain_errors(), console.status("Counting by every reading"):
        counted = count_readings(read_settings())
    for one, what_breaks in counted.left_out.items():
        say(f"{one.sender} {one.period_code} (submission {one.submission_id}) is not counted: {what_breaks}")
    say(f"{counted.figures:,} figures are in marts.fct_reading; what they say is in marts.definition_sensitivity")


def rebuild(
    from_archive: Annotated[
        bool,
        typer.Option("--from-archive", help="Into an empty database, from the archive and the ledger."),
    ] = False,
    ledger: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The ledger's file, if not beside the archive.")
    ] = None,
) -> None:
    """Build and test all marts anew. `club load` does so itself when a definition has changed."""
    if from_archive:
        rebuild_from_archive(ledger)
        return
    from ingestion.decide import decided_by_warehouse
    from ingestion.feedback.report import write_feedback
    from ingestion.model.build import build_marts

    with plain_errors(), console.status("Building every figure from the raw returns"):
        settings = read_settings()
        build_marts(settings, full=True)
        write_feedback(settings, decided_by_warehouse(settings))
    say("All marts were built anew and tested")
