"""Write a bill of materials for each lock of the product, in CycloneDX 1.6. Run with `make sbom`.

The same lock gives the same bytes, but for licences, which come from the packages that are installed.
"""

import json
import sys
import uuid
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from ingestion import __version__
from supply_chain.lock import ROOT, Locked, read_lock

# What one machine installs, and what the container image does: the same, with what several machines need.
LOCK, DISTRIBUTED = ROOT / "requirements.lock", ROOT / "requirements-distributed.lock"
PRODUCT = "social-care-benchmarking"


def bill_of_materials(lock: Path = LOCK) -> dict[str, Any]:
    """Return the bill of materials of a lock."""
    digest = sha256(lock.read_bytes()).hexdigest()
    components = [_component(package) for package in read_lock(lock)]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": PRODUCT, "name": PRODUCT, "version": __version__,
            },
            "properties": [{"name": "lock:sha256", "value": digest}],
        },
        "components": components,
        "dependencies": [{"ref": PRODUCT, "dependsOn": [each["bom-ref"] for each in components]}],
    }  # fmt: skip


def _component(package: Locked) -> dict[str, Any]:
    purl = f"pkg:pypi/{package.name}@{package.version}"
    component: dict[str, Any] = {
        "type": "library", "bom-ref": purl, "name": package.name, "version": package.version, "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": each} for each in package.hashes],
    }  # fmt: skip
    licence = _licence(package.name)
    if licence:
        component["licenses"] = [{"license": {"name": licence}}]
    if package.marker:
        component["properties"] = [{"name": "python:marker", "value": package.marker}]
    return component


def _licence(name: str) -> str | None:
    """Return the licence that an installed package states, by its expression, classifier or first line."""
    try:
        about = metadata.metadata(name).json
    except metadata.PackageNotFoundError:
        return None
    classified = [line.rpartition(" :: ")[2] for line in about.get("classifier", []) if "License ::" in line]
    stated = str(about.get("license", "")).strip().splitlines()
    named = about.get("license_expression") or "; ".join(classified) or (stated[0][:100] if stated else None)
    return str(named) if named else None


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for lock, name in ((LOCK, "sbom.cdx.json"), (DISTRIBUTED, "sbom-distributed.cdx.json")):
        bill = bill_of_materials(lock)
        (folder / name).write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
        without = [each["name"] for each in bill["components"] if "licenses" not in each]
        packages = f"{len(bill['components'])} packages"
        print(f"{folder / name}: {packages}; without a licence: {', '.join(without) or 'none'}")
