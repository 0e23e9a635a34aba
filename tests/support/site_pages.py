"""A page of the site as a test reads it."""

from html.parser import HTMLParser
from pathlib import Path


class Page(HTMLParser):
    """The links, the ids and the cells of numbers of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.numbers: list[str] = []
        self.rows: list[list[str]] = []
        self._in_number = False
        self._in_cell = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links += [value for name in ("href", "src", "action", "data-index") if (value := found.get(name))]
        self.ids |= {value for name, value in attrs if name == "id" and value}
        self._in_number = tag == "td" and found.get("class") == "number"
        self._in_cell = self._in_cell or tag in ("td", "th")
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th")
        self._in_number = self._in_number and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data
        if self._in_number:
            self.numbers.append(data)
