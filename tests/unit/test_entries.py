"""Entries in YAML are read as texts with their lines; whatever else YAML can do is refused by line."""

from functools import partial
from io import BytesIO
from textwrap import dedent

import pytest

from ingestion.readers.source import read_tables
from ingestion.readers.table import Row, UnreadableFile
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings


def read(text: str | bytes) -> list[Row]:
    content = text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode()
    (table,) = read_tables(partial(BytesIO, content), find_return("good_practice"), Settings())
    return list(table.rows)


def refused(text: str | bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as fault:
        read(text)
    return fault.value


def test_every_value_is_the_text_that_stands_there_with_its_line():
    rows = read(
        """
        # Sent by the data lead.
        - entry: PL01
          Title: Yes
          started in: 2004-05
          cost_posts: 1.50
          review_due: 2027-03-31
          indicators: [A1, D35]
          checked_by: ~
          evidence:
          problem: >-
            One line
            and another: with a colon.
        - {entry: PL02, title: "null"}
        """
    )
    assert [(line, cells[0], cells[2], cells[3]) for line, cells in rows] == [
        (3, "PL01", "title", "Yes"),
        (4, "PL01", "started_in", "2004-05"),
        (5, "PL01", "cost_posts", "1.50"),
        (6, "PL01", "review_due", "2027-03-31"),
        (7, "PL01", "indicators", "A1; D35"),
        (10, "PL01", "problem", "One line and another: with a colon."),
        (13, "PL02", "title", "null"),
    ]


def test_a_field_that_is_there_twice_is_left_to_the_rule_that_says_so():
    rows = read("- entry: PL01\n  title: One\n  title: Two\n")
    assert [cells[3] for _, cells in rows] == ["One", "Two"]


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("- entry: PL01\n  title: one: two\n", 2, "mapping values are not allowed in this context"),
        ("- entry: PL01\n\ttitle: One\n", 2, "found a tab character"),
        ("---\nentry: PL01\ntitle: One\n", 2, "there is no list of entries"),
        ("- title: One\n- entry: PL02\n", 1, "an entry has no 'entry', or has it twice"),
        ("- entry: PL01\n  title: One\n- PL02\n", 3, "an entry has no fields"),
        ("- entry: PL01\n  title:\n    short: One\n", 3, "a field holds other fields"),
        ("- entry: &a PL01\n  title: *a\n", 1, "an entry refers to another place (& or *)"),
        ("- entry: PL01\n  title: !!python/object:os.system x\n", 2, "a value names a type (!)"),
        ("# nothing\n", 1, "there is no list of entries"),
        ("- entry: PL01\n---\n- entry: PL02\n", 2, "expected a single document in the stream"),
    ],
)
def test_what_is_no_list_of_entries_is_refused_by_line(text: str, line: int, found: str):
    fault = refused(text)
    assert (fault.rule_code, fault.line) == ("intake.broken_yaml", line)
    assert found in str(fault.facts["found"])


def test_a_text_that_multiplies_or_never_ends_is_refused_before_it_is_put_together():
    laughs = "- &a [x, x]\n" + "".join(
        f"- &{name} [*{before}, *{before}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert refused(laughs).rule_code == "intake.broken_yaml"
    assert refused("- " * 5_000 + "x\n").facts["found"] == "fields stand within fields"
    assert refused(b"- entry: PL01\n  title: " + b"x" * 2_200_000).rule_code == "intake.too_large"


def test_another_encoding_is_named_by_line():
    fault = refused("- entry: PL01\n  title: café\n".encode("latin-1"))
    assert (fault.rule_code, fault.line) == ("intake.wrong_encoding", 2)
    assert read("- entry: PL01\n  title: café\n".encode("utf-8-sig"))[0][1][3] == "café"
