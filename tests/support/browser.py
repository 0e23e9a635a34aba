"""Look at a page in a real browser: Debian's Chromium, driven by Playwright, without a network."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

CHROMIUM = Path(os.environ.get("CLUB_CHROMIUM", "/usr/bin/chromium"))

Scheme = Literal["light", "dark"]


# Narrow as a telephone and wide as a desk, light and dark.
EVERY_WAY: tuple[tuple[int, Scheme], ...] = ((320, "dark"), (1280, "light"), (320, "light"), (1280, "dark"))


@dataclass(frozen=True)
class Look:
    """What was seen: axe's violations, how far the document is wider than the window, what it asked of others."""

    violations: tuple[str, ...]
    overflow: int
    requests: tuple[str, ...]


def require_chromium() -> None:
    """Skip where there is no Chromium; in CI there must be one."""
    if CHROMIUM.is_file():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"no Chromium at {CHROMIUM} (CLUB_CHROMIUM); the browser tests may not be left out in CI")
    pytest.skip(f"no Chromium at {CHROMIUM} (apt install chromium, or set CLUB_CHROMIUM)")


class Browser:
    """A browser that stays open between looks."""

    def __init__(self, chromium: Any) -> None:
        """Take the running Chromium."""
        self._chromium = chromium

    @contextmanager
    def page(self, path: Path, width: int, scheme: Scheme = "light", scripts: bool = False) -> Iterator[Any]:
        """Open a file in a window of this width; its own scripts do not run unless asked for."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
            offline=True,
        )
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        try:
            page.goto(path.resolve().as_uri())
            yield page
        finally:
            context.close()

    def look_at(self, path: Path, width: int, scheme: Scheme = "light") -> Look:
        """Return what axe, the window and the network say of a page."""
        from axe_playwright_python.sync_playwright import Axe

        # axe is a script of ours that is run in the page, so scripts must be on for it.
        with self.page(path, width, scheme, scripts=True) as page:
            found = Axe().run(page).response["violations"]
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            outside = tuple(url for url in page.asked if url != path.resolve().as_uri())
        nodes = [(rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]]
        return Look(tuple(f"{rule}: {html}" for rule, html in nodes), overflow, outside)

    def faults(
        self, path: Path, ways: Sequence[tuple[int, Scheme]] = EVERY_WAY, within: Path | None = None
    ) -> list[str]:
        """Say what keeps somebody from reading a page, looked at in these ways; nothing where all can.

        A page asks nobody for anything, unless it is for files of the folder `within`.
        """
        found = []
        for width, scheme in ways:
            look = self.look_at(path, width, scheme)
            outside = [url for url in look.requests if within is None or not url.startswith(within.as_uri())]
            wider = [f"wider than its window by {look.overflow}"] if look.overflow > 0 else []
            what = (*look.violations, *wider, *(f"asks for {url}" for url in outside))
            found += [f"{path.name} at {width}, {scheme}: {each}" for each in what]
        return found

    def picture_of(self, path: Path, width: int, scheme: Scheme, to: Path) -> Path:
        """Write what the whole page looks like as PNG."""
        with self.page(path, width, scheme) as page:
            page.screenshot(path=str(to), full_page=True)
        return to


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium, and end it."""
    require_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            yield Browser(chromium)
        finally:
            chromium.close()
