"""The colours of the charts: what each is for, in light and in dark.

After the palette of the Government Analysis Function (#12436D #28A197 #801650 #F46A25 #3D3D3D #A285D1). No meaning
hangs on a colour alone: shape, dash and weight carry it too. The light ones are written into the SVG, and so
into a PDF; `house_style.css` puts the dark ones over them where the reader's screen is dark.
"""

from markupsafe import Markup, escape

LIGHT = {
    "ink": "#1b1f24",
    "quiet": "#4d5661",
    "grid": "#e3e7ec",
    "line": "#c9d0d8",
    "peer": "#6f7883",
    "bar": "#9aa4af",
    "paper": "#ffffff",
    "own": "#12436d",
    "region": "#801650",
    "near": "#28a197",
    "type": "#a285d1",
    "up": "#f46a25",
    "band": "#bcd2e8",
    "slice": "#e1ebf5",
    "other-band": "#d9cdee",
    "other-slice": "#efe9f8",
}


def light_style() -> Markup:
    """Return the light colours as a style, for a page whose drawings leave theirs out; the dark ones stay dark."""
    rules = Markup("").join(
        Markup(".f-{0}{{fill:{1}}}.s-{0}{{stroke:{1}}}").format(role, colour) for role, colour in LIGHT.items()
    )
    return Markup("@media print, (prefers-color-scheme: light) {{{}}}").format(rules)


def fill(role: str) -> Markup:
    """Return the attributes that fill a shape in the colour of this role."""
    return Markup('class="f-{0}" fill="{1}"').format(role, LIGHT[role])


def stroke(role: str, width: float = 1, dash: str = "") -> Markup:
    """Return the attributes that draw a line in the colour of this role."""
    return Markup('class="s-{0}" stroke="{1}" fill="none"').format(role, LIGHT[role]) + _weight(width, dash)


def outline(role: str, inside: str, width: float = 1, dash: str = "") -> Markup:
    """Return the attributes of a shape with an outline in the colour of a role, filled with that of another."""
    return Markup('class="s-{0} f-{2}" stroke="{1}" fill="{3}"').format(
        role, LIGHT[role], inside, LIGHT[inside]
    ) + _weight(width, dash)


def _weight(width: float, dash: str) -> Markup:
    attributes = Markup("") if width == 1 else Markup(' stroke-width="{0:g}"').format(width)
    return attributes + (Markup(' stroke-dasharray="{0}"').format(escape(dash)) if dash else "")
