"""Write the site into a folder, whole: who reads it meanwhile sees the one before, and then this one."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ingestion.errors import ClubError
from ingestion.outbox import is_on_disk
from ingestion.outbox.publication import publish_folder
from ingestion.settings import Settings
from reporting.site.exchange import put_in_place
from reporting.site.files import render_files
from reporting.site.pages import render_pages
from reporting.site.site import Site, collect_site

# What tells a folder of this site from any other.
MARK = '<meta name="generator" content="club site">'

Progress = Callable[[str], None]


@dataclass(frozen=True)
class WrittenSite:
    """What was written, and where."""

    folder: Path
    pages: int
    files: int


def write_site(
    settings: Settings,
    folder: Path,
    titles: Mapping[str, str],
    address: str = "",
    progress: Progress = lambda path: None,
) -> WrittenSite:
    """Write every page and file of the site; the same figures and definitions give the same bytes.

    Args:
        settings: where the warehouse is.
        folder: where the site goes, in the place of the one that is there; behind a URI, `index.html` leads to it.
        titles: what each return is called, by its code.
        address: where the site will stand; links are relative, and only sitemap and feed name it.
        progress: is told the path of each page that is written.

    Raises:
        ClubError: there is nothing to share, something else is in the folder, or the address is none.
    """
    if address and not address.startswith(("https://", "http://")):
        raise ClubError(f"'{address}' is no address of a site; write it as https://example.org/club.")
    _require_own(folder)
    site = collect_site(settings, titles, f"{address.rstrip('/')}/" if address else "")
    if not is_on_disk(folder):
        with TemporaryDirectory() as name:
            pages, files = _write_all(Path(name), site, progress)
            publish_folder(Path(name), folder, _front)
        return WrittenSite(folder, pages, files)
    folder = folder.expanduser().resolve()
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        pages, files = _write_all(draft, site, progress)
        put_in_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return WrittenSite(folder, pages, files)


def _write_all(folder: Path, site: Site, progress: Progress) -> tuple[int, int]:
    """Write every page and file; return how many of each."""
    pages = []
    for path, text in render_pages(site):
        _write(folder / path, text)
        pages.append(path)
        progress(path)
    files = [_write(folder / path, text) for path, text in render_files(site, pages)]
    return len(pages), len(files)


def _front(path: str) -> tuple[str, str]:
    """Return the page of a place behind a URI that leads on to the site as it stands now."""
    return "index.html", (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{MARK}<title>The club</title>'
        f'<meta http-equiv="refresh" content="0; url={path}/index.html"></head>'
        f'<body><p><a href="{path}/index.html">The site</a></p></body></html>'
    )


def _require_own(folder: Path) -> None:
    """Refuse to put the site in the place of anything else."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    home = folder / "index.html"
    if not home.is_file() or MARK not in home.read_text("utf-8", errors="replace"):
        raise ClubError(f"{folder} holds something else than the site. Name an empty folder, or a new one.")


def _write(path: Path, text: str) -> Path:
    """Write a file for everybody to read: nothing here is confidential, and a web server is another user."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o755)
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(0o644)
    return path
