"""Write this machine's pip settings to the file named as argument; print each local path they point to.

The image test gives the file to the build as a secret and mounts the paths, so that a machine with an index,
a proxy or a certificate of its own can build, and none of it enters a file of the project or a layer.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path
from urllib.parse import urlsplit

WANTED = (
    "index-url", "extra-index-url", "find-links", "no-index", "trusted-host",
    "cert", "client-cert", "proxy", "timeout", "default-timeout", "retries",
)  # fmt: skip
ALREADY_THERE = "/etc/ssl/certs"  # the image test mounts it in any case


def host_settings() -> dict[str, str]:
    """What `pip config list` says, the environment over the files, as pip itself has it; {} without pip."""
    done = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    lines = [line.partition("=") for line in done.stdout.splitlines()]
    from_environment = sorted(lines, key=lambda line: line[0].startswith(":env:"))
    found = {key.rpartition(".")[2]: ast.literal_eval(value) for key, _, value in from_environment}
    return {key: value for key, value in found.items() if key in WANTED}


def local_paths(settings: dict[str, str]) -> Iterator[Path]:
    """The folders and files of this machine that the settings name and that exist."""
    for key in ("index-url", "extra-index-url", "find-links", "cert", "client-cert"):
        for place in settings.get(key, "").split():
            address = urlsplit(place)
            if address.scheme not in ("", "file"):
                continue
            path = Path(address.path)
            # The pages of an index point to files beside it.
            folder = path.parent if key.endswith("index-url") else path
            if folder.exists() and not folder.is_relative_to(ALREADY_THERE) and folder != Path("/"):
                yield folder


if __name__ == "__main__":
    settings = host_settings()
    parser = RawConfigParser()
    parser["global"] = {key: value.replace("\n", "\n    ") for key, value in settings.items()}
    with os.fdopen(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        parser.write(file)
    for path in sorted(set(local_paths(settings))):
        print(path)
