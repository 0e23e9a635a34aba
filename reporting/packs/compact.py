"""Pictures on the page of a pack, written in few bytes: what many elements share stands once.

What the keys in a drawing begin with stands on the drawing (`data-of`); those of a table are shared out in
`reporting/charts/keys.py`. `claims.py` puts each together again.
"""

import re
from collections import Counter

from markupsafe import Markup

from reporting.charts.keys import common_beginning
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
_TITLE = re.compile(r'<title id="([^"]+)">.*?</title>\n', re.DOTALL)
_DESCRIPTION = re.compile(r'<desc id="([^"]+)">.*?</desc>\n', re.DOTALL)
_OF_THE_PAGE = re.compile(r' font-family="[^"]+"| (?:fill|stroke)="#[0-9a-f]{6}"')
_ELEMENT = re.compile(r"<(?:text|g|tspan|path|rect|circle)( [^>]*)>")
_CLASS = re.compile(r' class="([^"]*)"')


def in_few_bytes(picture: Picture) -> Markup:
    """Write a picture for a page that has the letters and colours of pictures in its style."""
    drawing = _OF_THE_PAGE.sub("", _share_keys(str(picture.svg)))
    drawing = _ELEMENT.sub(_with_classes, drawing)
    html = str(picture.on_page(Markup(drawing), picture.shared_keys))  # noqa: S704 -- rendered with autoescape
    # The caption says the same as the title and the description of the drawing, so it is both.
    for said, tag in ((_TITLE, "strong"), (_DESCRIPTION, "span")):
        if found := said.search(html):
            html = html.replace(found.group(), "").replace(f"<{tag}>", f'<{tag} id="{found.group(1)}">', 1)
    return Markup(html)  # noqa: S704 -- rendered with autoescape


def _share_keys(svg: str) -> str:
    """Write what the keys of a drawing begin with on the drawing, and what is left of each where it was."""
    keys = _KEY.findall(svg)
    shared = _beginning(keys)
    if len(keys) < 2 or not shared:
        return svg
    begins = re.compile(f'data-key="{re.escape(shared)}(?=[:."])')
    svg = begins.sub('data-key="', svg).replace(' data-key=""', " data-key")
    return svg.replace("<svg", f'<svg data-of="{shared}"', 1)


def _beginning(keys: list[str]) -> str:
    """Return what all keys begin with, or the figure that most are of: what leaves less of them."""
    of_all = common_beginning(keys)
    if of_all.count(":") < PARTS_OF_A_FIGURE - 1:
        figures = Counter(":".join(key.split(":")[:PARTS_OF_A_FIGURE]) for key in keys)
        figure, times = max(figures.items(), key=lambda each: each[1], default=("", 0))
        return figure if times * len(figure) > len(keys) * len(of_all) else of_all
    return of_all


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
