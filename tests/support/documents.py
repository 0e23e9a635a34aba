"""Commands, links and paths that the documents give a reader, taken from the Markdown files themselves."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.settings import PROJECT_ROOT

# The pages in docs/definitions are written by the product from its register.
DOCUMENTS = tuple(
    PROJECT_ROOT / name
    for name in (
        "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docker/README.md", "docs/architecture.md",
        "docs/decisions.md", "docs/operations.md", "docs/analysts-guide.md", "docs/benchmarks.md",
        "docs/people.md", "docs/runbook.md", "docs/data-protection.md", "SECURITY.md",
    )
)  # fmt: skip

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_PLACEHOLDERS = {"NO": "12", "N": "12", "…": "x", "DATE": "2026-03-31"}


@dataclass(frozen=True)
class Typed:
    """A command as a document gives it, and its arguments as a shell would pass them."""

    document: str
    text: str
    arguments: tuple[str, ...]


def code_of(document: Path) -> Iterator[str]:
    """Yield every code span, and every line of a fenced block that a reader may type."""
    text = document.read_text(encoding="utf-8")
    for language, block in _FENCE.findall(text):
        if language in ("", "sh"):
            yield from (line.partition("  #")[0].strip() for line in block.splitlines())
    yield from _SPAN.findall(_FENCE.sub("", text))


def commands(program: str) -> list[Typed]:
    """Return every command of one program that a document names, including the optional parts."""
    found: dict[str, Typed] = {}
    for document in DOCUMENTS:
        for code in code_of(document):
            if code.startswith(f"{program} "):
                words = shlex.split(re.sub(r"[\[\]]", "", code))[1:]
                filled = tuple(_PLACEHOLDERS.get(word, word) for word in words)
                found.setdefault(code, Typed(str(document.relative_to(PROJECT_ROOT)), code, filled))
    return list(found.values())


def links() -> list[tuple[Path, str]]:
    """Return every relative link, with its document."""
    return [
        (document, target)
        for document in DOCUMENTS
        for target in _LINK.findall(document.read_text(encoding="utf-8"))
        if "://" not in target
    ]


def paths() -> list[tuple[Path, str]]:
    """Return every path in a folder of the project that a document names in a code span, without placeholders."""
    top = {entry.name for entry in PROJECT_ROOT.iterdir() if entry.is_dir()} - {"var"}
    made = {"docker/.env"}  # by a command that the document names
    return [
        (document, span)
        for document in DOCUMENTS
        for span in _SPAN.findall(document.read_text(encoding="utf-8"))
        if "/" in span and span not in made and span.split("/")[0] in top and not re.search(r"[<>{}*…\s]", span)
    ]
