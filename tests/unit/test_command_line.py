"""The command line: addresses for each tool, lists for programs, groups with examples."""

import csv
import errno
import io
import json
import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import typer
from rich.table import Table
from sqlalchemy import URL, make_url
from typer.testing import CliRunner

from ingestion.cli.addresses import AddressForm, address_text
from ingestion.cli.app import COMMANDS, app
from ingestion.cli.console import NO_PLACE, plain_errors
from ingestion.cli.listing import print_list, rows_of
from ingestion.errors import ClubError
from ingestion.operation.airflow_process import AirflowProcess
from ingestion.settings import Settings
from ingestion.warehouse.secrets import load_secrets

AWKWARD = "p@ss}w;rd&x y"
URL_OF_BI = URL.create("postgresql+psycopg", "club_bi", AWKWARD, "db.example.org", 6543, "warehouse")


class TestAddresses:
    def test_psql_reads_its_own_again(self) -> None:
        program, _, address = address_text(URL_OF_BI, AddressForm.PSQL).partition(" ")
        assert program == "psql"
        read = psycopg.conninfo.conninfo_to_dict(address.strip("'"))
        assert read == {
            "user": "club_bi", "password": AWKWARD, "host": "db.example.org", "port": "6543",
            "dbname": "warehouse",
        }  # fmt: skip

    def test_jdbc_has_user_and_password_as_parameters(self) -> None:
        address = address_text(URL_OF_BI.update_query_dict({"sslmode": "require"}), AddressForm.JDBC)
        assert address.startswith("jdbc:postgresql://db.example.org:6543/warehouse?")
        given = parse_qs(urlsplit(address.removeprefix("jdbc:")).query)
        assert given == {"user": ["club_bi"], "password": [AWKWARD], "sslmode": ["require"]}

    def test_odbc_puts_into_braces_what_would_end_a_value(self) -> None:
        address = address_text(URL_OF_BI, AddressForm.ODBC)
        assert "Driver={PostgreSQL Unicode};Server=db.example.org;Port=6543;Database=warehouse;" in address
        assert address.endswith("Pwd={p@ss}}w;rd&x y};")

    def test_excel_is_told_what_it_asks(self) -> None:
        lines = address_text(make_url("postgresql://a:b@db.example.org/warehouse"), AddressForm.EXCEL).splitlines()
        assert lines[0].split() == ["Server", "db.example.org:5432"]
        assert lines[-1].endswith('= PostgreSQL.Database("db.example.org:5432", "warehouse")')


class TestLists:
    ROWS = ({"no": 1, "what": 'a "b", c\nd'}, {"no": 2, "what": "é"})

    def test_csv_and_json_hold_every_row_whole(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_list(self.ROWS, "", as_json=False, as_csv=True)
        read = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
        assert read == [{"no": str(row["no"]), "what": row["what"]} for row in self.ROWS]
        print_list(self.ROWS, "", as_json=True, as_csv=False)
        assert json.loads(capsys.readouterr().out) == list(self.ROWS)

    @pytest.mark.parametrize("named", ["=HYPERLINK(1)", "+1+1", "@SUM(1)", "-1+2", "\t=1"])
    def test_a_spreadsheet_runs_nothing_that_a_sender_named(
        self, capsys: pytest.CaptureFixture[str], named: str
    ) -> None:
        print_list([{"sender": named, "change": -1.5, "value": "-1,234.5"}], "", as_json=False, as_csv=True)
        (read,) = csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))
        assert read == {"sender": f"'{named}", "change": "-1.5", "value": "-1,234.5"}

    def test_both_forms_at_once_are_refused(self) -> None:
        with pytest.raises(ClubError, match="one of them"):
            print_list(self.ROWS, "", as_json=True, as_csv=True)

    def test_a_table_for_people_loses_its_colours_and_nothing_else(self) -> None:
        table = Table("Entry", "How")
        table.add_row("dudley/FC02", "[bold]early[/bold] \\[sic]")
        assert rows_of(table) == [{"Entry": "dudley/FC02", "How": "early [sic]"}]

    def test_nothing_is_cut_off_in_a_pipe(self) -> None:
        from ingestion.cli.console import console

        table = Table("text")
        table.add_row("word " * 60)
        with console.capture() as captured:
            console.print(table)
        assert ("word " * 60).strip() in captured.get()


class TestHelp:
    def test_every_command_is_in_a_group_and_has_an_example_that_it_understands(self) -> None:
        group = typer.main.get_command(app)
        examples = [example for commands in COMMANDS.values() for example in commands.values()]
        for example in examples:
            words = example.partition("club ")[2]
            for end in (" >", " ||"):
                words = words.partition(end)[0]
            name = words.split()[0]
            assert name in group.commands, example  # type: ignore[attr-defined]
            assert f"Example: {example}" in group.commands[name].epilog  # type: ignore[attr-defined]
        assert all(command.rich_help_panel for command in group.commands.values())  # type: ignore[attr-defined]

    def test_passwords_are_told_on_a_terminal_only(self) -> None:
        told = CliRunner().invoke(app, ["airflow-login"])
        assert told.exit_code == 1 and told.stdout == ""


class TestFaultsOfTheSurroundings:
    """A sentence that says what, where and what to do, an exit code, and no stack trace."""

    # One of each group.
    GROUPS = (
        ["status"], ["migrate"], ["submissions"], ["calendar"], ["template", "questionnaire"], ["compare"],
        ["share"], ["bi-export"], ["site"], ["workshop", "status", "x"], ["practice", "overdue"], ["people"],
    )  # fmt: skip

    @staticmethod
    def told(arguments: list[str], **surroundings: str) -> str:
        nothing_else = {"WAREHOUSE_URL": None, "CLUB_HOME": None, **surroundings}
        done = CliRunner().invoke(app, arguments, env=nothing_else)
        assert isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == 1
        assert "Traceback" not in done.output
        return " ".join(done.stderr.split())

    @pytest.mark.parametrize("arguments", GROUPS, ids=" ".join)
    def test_a_wrong_setting_is_named_with_what_was_found(self, arguments: list[str], tmp_path: Path) -> None:
        told = self.told(arguments, CLUB_HOME=str(tmp_path), CLUB_CORRECTION_DAYS="ten")
        assert told.startswith("✗ The setting CLUB_CORRECTION_DAYS is wrong:")
        assert "(found 'ten'). Correct it in the environment" in told

    def test_a_wrong_key_is_not_repeated(self, tmp_path: Path) -> None:
        told = self.told(["submissions"], CLUB_HOME=str(tmp_path), CLUB_PSEUDONYM_KEY="tooshortkey")
        assert "CLUB_PSEUDONYM_KEY is wrong" in told
        assert "tooshortkey" not in told

    def test_a_state_folder_that_cannot_be_is_named(self, tmp_path: Path) -> None:
        """Root may write anywhere, but not below a file."""
        (tmp_path / "file").write_text("")
        home = tmp_path / "file" / "home"
        told = self.told(["sample", "--if-empty"], CLUB_HOME=str(home))
        assert f"{home}/landing" in told
        assert "cannot be written: Not a directory. A file is where a folder should be" in told
        assert told.endswith("or let CLUB_HOME name another folder.")

    @pytest.mark.parametrize(("code", "advice"), NO_PLACE.items())
    def test_a_disk_that_takes_nothing_is_named(
        self, code: int, advice: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(typer.Exit), plain_errors():
            raise OSError(code, os.strerror(code), "/club/archive/ab")
        told = " ".join(capsys.readouterr().err.split())
        assert told.startswith(f"✗ /club/archive/ab cannot be written: {os.strerror(code)}. {advice}, or")

    def test_a_fault_of_ours_is_not_taken_for_one_of_the_disk(self) -> None:
        with pytest.raises(FileNotFoundError), plain_errors():
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", "a template of ours")


class TestLoginsToAirflow:
    def test_a_persons_password_outlives_the_next_start_and_the_admins_is_the_clubs(self, tmp_path: Path) -> None:
        settings = Settings(home=tmp_path, landing_zone=str(tmp_path), warehouse_url=None)
        passwords = settings.airflow_home / "passwords.json"
        passwords.parent.mkdir()
        passwords.write_text(json.dumps({"ann": "made-by-airflow", "admin": "of-another-time"}))
        logins = AirflowProcess(settings).logins()
        assert logins == {"ann": "made-by-airflow", "admin": load_secrets(settings)["airflow_admin"]}
