"""Unpack the files of a return in which no person stands, as a delivery that is taken in as any other."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from upath import UPath

from ingestion.collect.intake import Intake
from ingestion.collect.landing import Delivery
from ingestion.collect.package_file import Package, place_of
from ingestion.collect.reading import take_bytes
from ingestion.errors import ClubError
from ingestion.outbox import open_private
from ingestion.settings import Settings


@contextmanager
def unpacked(package: Package, settings: Settings) -> Iterator[Intake]:
    """Provide the files of a package for the length of a block.

    Raises:
        ClubError: a name would lead out of the folder.
    """
    manifest = package.manifest
    with tempfile.TemporaryDirectory(prefix=".unpacked-", dir=settings.packages) as name:
        folder = Path(name)
        files = []
        for turn, file in enumerate(manifest.files, 1):
            path = folder / file.file_name
            if not path.resolve().is_relative_to(folder.resolve()) or path in files:
                raise ClubError(f"The package names a file that no return can have: {file.file_name!r}.")
            path.parent.mkdir(parents=True, exist_ok=True)
            with open_private(path) as target:
                target.writelines(package.chunks(str(turn)))
            files.append(path)
        delivery = Delivery(
            manifest.sender, manifest.return_code, manifest.period_code, tuple(map(UPath, files)), (UPath(folder),)
        )
        intake = take_bytes(delivery, settings)
        for received in intake.files:
            received.landing_path = place_of(manifest, received.file_name)
        yield intake
