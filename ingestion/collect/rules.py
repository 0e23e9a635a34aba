"""Intake rules as data: code, severity, dimension and sentence in `expectations/<return>/*.yaml`."""

from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from ingestion.settings import EXPECTATIONS
from ingestion.warehouse.states import Severity


class IntakeRule(BaseModel):
    """A rule decided while the bytes are read; the reader fills in the braces of the sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    severity: Severity
    dimension: str
    sentence: str


@cache
def intake_rules() -> dict[str, IntakeRule]:
    """Read the intake rules, by code."""
    document: dict[str, Any] = yaml.safe_load((EXPECTATIONS / "intake" / "rules.yaml").read_text(encoding="utf-8"))
    rules = [IntakeRule(**entry) for entry in document["rules"]]
    return {rule.code: rule for rule in rules}
