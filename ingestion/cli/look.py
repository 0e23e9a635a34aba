"""Commands that look at how the club's machine and warehouse are: what is wrong, and figures for a monitor."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ingestion.cli.console import plain_errors, read_settings, say
from ingestion.cli.listing import AsCsv, AsJson, print_list


def doctor(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Also read every archived file again; it may take minutes.")
    ] = False,
) -> None:
    """Say what is wrong, a line for each fault with what mends it; exit with 1 where something is."""
    from rich.text import Text

    from ingestion.operation.doctor import examine

    with plain_errors():
        found = examine(read_settings(), thorough=thorough)
        lines = [
            Text.assemble(("✗ ", "red" if each.kind == "broken" else "yellow"), f"{each.what} → {each.mend}")
            for each in found
        ]
        shown = Text("\n").join(lines) if lines else Text("✓ Nothing is wrong.")
        print_list([asdict(each) for each in found], shown, as_json=as_json, as_csv=as_csv)
        if found:
            raise typer.Exit(1)


def metrics(
    to: Annotated[
        Path | None,
        typer.Option(help="A file instead, such as club.prom for node_exporter's textfile collector."),
    ] = None,
) -> None:
    """Print how the club stands as metrics for Prometheus; a part that is down is one of them, and no error."""
    from ingestion.operation.metrics import metrics_text, write_metrics

    with plain_errors():
        text = metrics_text(read_settings())
        if to is None:
            typer.echo(text, nl=False)
        else:
            write_metrics(to, text)
            say(f"Written {to}")
