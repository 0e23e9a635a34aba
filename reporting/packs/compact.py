"""Pictures on the page of a pack, written in few bytes: what many elements share stands once.

A key is what stands on the element around it (`data-of`), on the heading of its column (`data-column`), and on the
element itself (`data-key`), one after the other; `claims.py` puts it together again.
"""

import re
from collections import Counter
from collections.abc import Callable
from itertools import takewhile

from markupsafe import Markup

from reporting.charts.picture import Picture

# What letters and lines are drawn with, as classes of the page: most elements have one of these.
DRAWN_WITH = {
    'text-anchor="end"': ("e", "text-anchor:end"),
    'text-anchor="middle"': ("m", "text-anchor:middle"),
    'font-weight="600"': ("b", "font-weight:600"),
    'fill="none"': ("n", "fill:none"),
    'stroke-width="1.5"': ("w", "stroke-width:1.5"),
    'stroke-width="2"': ("v", "stroke-width:2"),
}
# Weaker than any colour of the page, whether by day or by night.
STYLE = "".join(f":where(.{name}){{{rule}}}" for name, rule in DRAWN_WITH.values())

# A figure is named by its indicator, year, basis and place.
PARTS_OF_A_FIGURE = 4

_KEY = re.compile(r'data-key="([^"]*)"')
_PIECE = re.compile(r"[:.]?[^:.]+")
_ROW = re.compile(r"<tr>(?:(?!<tr>).)*?</tr>")
_TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
_CELL = re.compile(r"<t[hd][^>]*>")
_HEADING = re.compile(r'<th scope="col"')
_TITLE = re.compile(r'<title id="([^"]+)">.*?</title>\n', re.DOTALL)
_DESCRIPTION = re.compile(r'<desc id="([^"]+)">.*?</desc>\n', re.DOTALL)
_LINES = re.compile(r'(?:<path d="[^"]*"/>){2,}')
_OF_THE_PAGE = re.compile(r' font-family="[^"]+"| (?:fill|stroke)="#[0-9a-f]{6}"')
_ELEMENT = re.compile(r"<(?:text|g|tspan|path|rect|circle)( [^>]*)>")
_LEVEL = re.compile(r"M([\d.-]+) ([\d.-]+)L([\d.-]+) \2(?=[M\"])")
_UPRIGHT = re.compile(r"M([\d.-]+) ([\d.-]+)L\1 ([\d.-]+)(?=[M\"])")
_CLASS = re.compile(r' class="([^"]*)"')


def in_few_bytes(picture: Picture) -> Markup:
    """Write a picture for a page that has the letters and colours of pictures in its style."""
    html = _share_keys(picture.__html__(), '<figure class="picture"')
    html = _ROW.sub(lambda row: _share_keys(row.group(), "<tr"), html)
    html = _TABLE.sub(lambda table: _share_keys_of_columns(table.group()), html)
    # The caption says the same as the title and the description of the drawing, so it is both.
    for said, tag in ((_TITLE, "strong"), (_DESCRIPTION, "span")):
        if found := said.search(html):
            html = html.replace(found.group(), "").replace(f"<{tag}>", f'<{tag} id="{found.group(1)}">', 1)
    # Lines with nothing of their own are one path.
    html = _LINES.sub(lambda lines: lines.group().replace('"/><path d="', ""), html)
    html = _UPRIGHT.sub(r"M\1 \2V\3", _LEVEL.sub(r"M\1 \2H\3", html))
    html = html.replace(' data-key=""', " data-key").replace('<td class="number"></td>', "<td></td>")
    return Markup(_ELEMENT.sub(_with_classes, _OF_THE_PAGE.sub("", html)))  # noqa: S704 -- rendered with autoescape


def _share_keys(html: str, tag: str) -> str:
    """Write what keys of an element begin with on the element, and what is left of each where it was."""
    keys = _KEY.findall(html)
    shared = _beginning(keys)
    if len(keys) < 2 or not shared:
        return html
    begins = re.compile(f'data-key="{re.escape(shared)}(?=[:."])')
    return begins.sub('data-key="', html).replace(tag, f'{tag} data-of="{shared}"', 1)


def _beginning(keys: list[str]) -> str:
    """Return what all keys begin with; of whole ones that have nothing in common, the figure that most are of."""
    pieces = (_PIECE.findall(key) for key in keys)
    of_all = "".join(
        first for first, *_ in takewhile(lambda found: len(set(found)) == 1, zip(*pieces, strict=False))
    )
    if of_all.count(":") < PARTS_OF_A_FIGURE - 1 and not any(not key or key[0] in ":." for key in keys):
        figures = Counter(":".join(key.split(":")[:PARTS_OF_A_FIGURE]) for key in keys)
        figure, times = max(figures.items(), key=lambda each: each[1], default=("", 0))
        return figure if times * len(figure) > len(keys) * len(of_all) else of_all
    return of_all


def _share_keys_of_columns(table: str) -> str:
    """Write a key that all of a column have on its heading, and leave it empty below."""
    heading, body, rows = table.partition("<tbody>")
    columns = list(zip(*(_CELL.findall(row) for row in rows.splitlines() if row.startswith("<tr")), strict=True))
    shared = [_only([key for cell in column for key in _KEY.findall(cell)]) for column in columns]
    with_keys = _each(shared, lambda tag, key: f'{tag} data-column="{key}"' if key else tag)
    heading = _HEADING.sub(lambda found: with_keys(found.group()), heading)
    return heading + body + "\n".join(_without(shared, row) for row in rows.splitlines())


def _only(keys: list[str]) -> str:
    """Return the key that all have; none where they differ, or where one would be taken for a whole one."""
    return keys[0] if keys and len(set(keys)) == 1 and keys[0][:1] in (":", ".") else ""


def _each(shared: list[str], change: Callable[[str, str], str]) -> Callable[[str], str]:
    """Change one tag after the other, each by what its column shares."""
    turns = iter(shared)
    return lambda tag: change(tag, next(turns, ""))


def _without(shared: list[str], row: str) -> str:
    shorten = _each(shared, lambda tag, key: tag.replace(f'data-key="{key}"', 'data-key=""') if key else tag)
    return _CELL.sub(lambda found: shorten(found.group()), row)


def _with_classes(element: re.Match[str]) -> str:
    """Write what an element is drawn with as classes."""
    tag = element.group()
    short = [name for attribute, (name, _) in DRAWN_WITH.items() if f" {attribute}" in tag]
    if not short:
        return tag
    for attribute in DRAWN_WITH:
        tag = tag.replace(f" {attribute}", "")
    classes = " ".join([*_CLASS.findall(tag), *short])
    end = "/>" if tag.endswith("/>") else ">"
    return f'{_CLASS.sub("", tag).removesuffix(end)} class="{classes}"{end}'
