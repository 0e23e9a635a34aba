"""Render a chart with values by Helm 4 as a library, without a cluster, in the environment of `make helm-lint`.

`python render.py CHART VALUES.json` prints one YAML stream; or Helm's sentence, and exits with 1.
"""

import json
import sys
from pathlib import Path

import helm_python  # type: ignore[import-not-found]  # only in the environment of `make helm-lint`


def main(chart: str, values_file: str) -> int:
    """Print the manifests of the chart, or say what is wrong."""
    values = json.loads(Path(values_file).read_text(encoding="utf-8"))
    try:
        rendered = helm_python.Chart.load(chart).render(values, name="club", namespace="club")
    except helm_python.HelmError as error:
        print(error, file=sys.stderr)
        return 1
    for name, manifest in sorted(rendered.items()):
        if name.endswith((".yaml", ".yml")) and manifest.strip():
            print(f"---\n# {name}\n{manifest}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
