"""The values for Kubernetes: keys that the chart has, nothing secret, and pods that may do little."""

import json
import os
import re
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingestion.settings import PROJECT_ROOT
from tests.helm.values import KUBERNETES, PARTS, Values, faults, known_keys, merged, pod_of, read

HELM = Path(os.environ.get("CLUB_HELM", PROJECT_ROOT / "var" / "helm")) / "bin"
CHART = os.environ.get("CLUB_AIRFLOW_CHART", "")
NAMES = ("local", "celery", "kubernetes")
MANIFESTS = ("network-policies.yaml", "volumes.yaml")
with_helm = pytest.mark.skipif(
    not (HELM / "kubernetes-validate").exists(), reason=f"Helm is not in {HELM}; `make helm-lint` installs it"
)
# One value of each kind that somebody may get wrong, and what is said of it.
WRONG = {
    "scheduler.resource": (
        {},
        "'scheduler.resource' is no key of chart 1.22.0 that is known here; 'resources' is.",
    ),
    "scheduler.replicas": ("two", "'scheduler.replicas' is 'two'; chart 1.22.0 takes a number there."),
    "networkPolicies.enabled": (
        "yes",
        "'networkPolicies.enabled' is 'yes'; chart 1.22.0 takes true or false there.",
    ),
    "workers": ([], "'workers' is []; chart 1.22.0 takes an object there."),
    "fernetKey": ("x", "'fernetKey' is no key of chart 1.22.0 that is known here; 'fernetKeySecretName' is."),
}


@pytest.fixture(params=NAMES)
def values(request: pytest.FixtureRequest) -> Values:
    return merged(read(KUBERNETES / "common.yaml"), read(KUBERNETES / f"{request.param}.yaml"))


def parts_of(values: Values) -> list[str]:
    return [*PARTS, *(["workers"] if values["executor"] != "LocalExecutor" else [])]


def validated(tmp_path: Path, *documents: Values) -> list[str]:
    """What Kubernetes' schemas say of these documents, without what is not known to them allowed."""
    path = tmp_path / "documents.yaml"
    path.write_text(yaml.safe_dump_all(documents), encoding="utf-8")
    done = subprocess.run(
        [HELM / "kubernetes-validate", "--strict", "--quiet", path], capture_output=True, text=True
    )
    return [] if done.returncode == 0 else [done.stdout + done.stderr]


def rendered(chart: Path, values: Values, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "values.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    command = [HELM / "python", Path(__file__).with_name("render.py"), chart, path]
    return subprocess.run(command, capture_output=True, text=True)


def test_every_key_is_one_of_the_chart(values: Values) -> None:
    assert list(faults(values, known_keys())) == []


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_value_is_named(key: str, values: Values) -> None:
    wrong, sentence = WRONG[key]
    changed: Any = wrong
    for part in reversed(key.split(".")):
        changed = {part: changed}
    assert sentence in list(faults(merged(deepcopy(values), changed), known_keys()))


def test_no_secret_stands_in_a_file() -> None:
    """Secrets are named, and taken by name; a password, a key or a URL with a login is nowhere."""
    for path in KUBERNETES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"://[^\s\"']*:[^\s\"'/]*@", text), path.name
        for variable in re.findall(r"name: (\w*(?:PASSWORD|KEY|SECRET|WAREHOUSE_URL|BROKER_URL)), *(\w+):", text):
            assert variable[1] == "valueFrom", f"{path.name}: {variable[0]}"


def test_what_a_part_may_do_is_little(values: Values) -> None:
    for part in parts_of(values):
        spec = pod_of(values, part)["spec"]
        assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] == 50000, part
        (container,) = spec["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} <= set(container["resources"]["requests"]) and container["resources"]["limits"]
        mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
        assert {"/tmp", "/var/lib/club/airflow"} <= set(mounts)
        assert mounts.get("/landing", {"readOnly": True})["readOnly"], part
        # Passwords of the warehouse are where steps run and where it is prepared; returns, where steps run.
        works = {"LocalExecutor": "scheduler"}.get(values["executor"], "workers")
        names = {variable["name"] for variable in container["env"]}
        assert ("WAREHOUSE_URL" in names) == (part in (works, "migrateDatabaseJob")), part
        assert ("/landing" in mounts) == (part == works), part
    assert values["networkPolicies"]["enabled"] is True


def test_what_is_started_is_in_the_image(values: Values) -> None:
    entrypoint = (PROJECT_ROOT / "docker" / "entrypoint.sh").read_text(encoding="utf-8")
    for part in PARTS:
        (name, *others) = values[part]["args"]
        assert name == "airflow" or (
            not others and re.search(rf"(^ +|\| ){name}(\)| \|)", entrypoint, re.MULTILINE)
        )
        for probe in ("livenessProbe", "startupProbe"):
            command = values[part].get(probe, {}).get("command", ["", "/opt/club/docker/healthcheck.py"])
            assert (PROJECT_ROOT / command[1].removeprefix("/opt/club/")).exists()


@with_helm
def test_kubernetes_takes_the_pods(values: Values, tmp_path: Path) -> None:
    pods = [pod_of(values, part) for part in parts_of(values)]
    assert validated(tmp_path, *pods) == []
    pods[0]["spec"]["containers"][0]["resources"]["limit"] = {}
    assert "limit" in "".join(validated(tmp_path, *pods))


@with_helm
@pytest.mark.parametrize("name", MANIFESTS)
def test_kubernetes_takes_the_manifests(name: str, tmp_path: Path) -> None:
    documents = list(yaml.safe_load_all((KUBERNETES / name).read_text(encoding="utf-8")))
    assert validated(tmp_path, *documents) == []
    documents[0]["spec"]["podSelectors"] = {}
    assert "podSelectors" in "".join(validated(tmp_path, *documents))


@with_helm
def test_helm_names_a_wrong_value_of_a_chart(tmp_path: Path) -> None:
    """The way that an Airflow chart goes, on a chart of three files."""
    chart = tmp_path / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: airflow\nversion: 1.22.0\n")
    replicas = {"properties": {"replicas": {"type": "integer"}}, "additionalProperties": False}
    (chart / "values.schema.json").write_text(json.dumps(replicas))
    (chart / "templates" / "config.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n"
        "data: {replicas: '{{ .Values.replicas }}'}\n"
    )
    done = rendered(chart, {"replicas": 2}, tmp_path)
    assert done.returncode == 0, done.stderr
    (document,) = yaml.safe_load_all(done.stdout)
    assert document["data"] == {"replicas": "2"} and validated(tmp_path, document) == []
    done = rendered(chart, {"replica": 2}, tmp_path)
    assert done.returncode == 1 and "replica" in done.stderr


@with_helm
@pytest.mark.skipif(not CHART, reason="CLUB_AIRFLOW_CHART names no chart; it is in no package index")
def test_the_chart_itself_takes_the_values(values: Values, tmp_path: Path) -> None:
    done = rendered(Path(CHART), values, tmp_path)
    assert done.returncode == 0, done.stderr
    assert validated(tmp_path, *(found for found in yaml.safe_load_all(done.stdout) if found)) == []
