"""Values for Airflow's chart, merged as Helm merges them, held against the keys that the chart has."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from ingestion.settings import PROJECT_ROOT

KUBERNETES = PROJECT_ROOT / "docker" / "kubernetes"
CHART = "chart 1.22.0"
Values = dict[str, Any]
#: Type of Python, and its name in a sentence.
_KINDS: dict[str, tuple[type, str]] = {
    "text": (str, "a text"),
    "number": (int, "a number"),
    "truth": (bool, "true or false"),
    "list": (list, "a list"),
    "object": (dict, "an object"),
}
# What a part of Airflow must say of itself, by the section of the chart.
PARTS = ("migrateDatabaseJob", "apiServer", "scheduler", "dagProcessor", "triggerer")


def read(path: Path) -> Values:
    """Read a file of values."""
    found: Values = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def merged(*files: Values) -> Values:
    """Merge values as Helm does: objects key by key, anything else is replaced by what comes later."""
    result: Values = {}
    for values in files:
        for key, value in values.items():
            known = result.get(key)
            both = isinstance(known, dict) and isinstance(value, dict)
            result[key] = merged(known, value) if both and isinstance(known, dict) else value
    return result


def known_keys() -> Values:
    """Return the keys of the chart, by section."""
    keys = read(Path(__file__).with_name("chart_keys.yaml"))
    return {key: value for key, value in keys.items() if not key.startswith(".")}


def faults(values: Values, known: Values, place: str = "") -> Iterator[str]:
    """Yield a sentence for each key that the chart does not have, and each value of another type than it takes."""
    for key, value in values.items():
        name = f"{place}.{key}" if place else key
        if key not in known:
            near = get_close_matches(key, known, 1)
            yield f"'{name}' is no key of {CHART} that is known here" + (f"; '{near[0]}' is." if near else ".")
        elif isinstance(known[key], dict):
            if isinstance(value, dict):
                yield from faults(value, known[key], name)
            else:
                yield f"'{name}' is {value!r}; {CHART} takes an object there."
        else:
            kind, words = _KINDS[known[key]]
            if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
                yield f"'{name}' is {value!r}; {CHART} takes {words} there."


def pod_of(values: Values, part: str) -> Values:
    """Return the pod of a part, with all that our values say of it, as Kubernetes takes it."""
    section = values[part]
    image = values["images"]["airflow"]
    container = {
        "name": part.lower(),
        "image": f"{image['repository']}:{image['tag']}",
        "args": section.get("args", []),
        "env": [*values["env"], *section.get("env", [])],
        "resources": section["resources"],
        "securityContext": values["securityContexts"]["containers"],
        "volumeMounts": [*values["volumeMounts"], *section.get("extraVolumeMounts", [])],
    }
    for probe in ("livenessProbe", "startupProbe"):
        if command := section.get(probe, {}).get("command"):
            times = {key: value for key, value in section[probe].items() if key not in ("command", "enabled")}
            container[probe] = {"exec": {"command": command}, **times}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": part.lower(), "namespace": "club"},
        "spec": {
            "securityContext": values["securityContexts"]["pod"],
            "containers": [container],
            "volumes": [*values["volumes"], *section.get("extraVolumes", [])],
        },
    }
