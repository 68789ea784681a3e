"""Findings as SARIF 2.1.0, the form that code hosts show beside the code (OASIS standard, sections 3.13 to 3.51)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._codes import CODES

if TYPE_CHECKING:
    from ._findings import Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Sequence[Finding], source: str) -> dict[str, Any]:
    """The log of one run of the linter: its rules, those that were found, and where."""
    from .. import __version__

    names = list(dict.fromkeys(one.code for one in findings))
    driver = {"name": "lrkit", "version": __version__, "rules": [_rule(name) for name in names]}
    results = [_result(one, names.index(one.code), source) for one in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str) -> dict[str, Any]:
    code = CODES[name]
    return {
        "id": name,
        "shortDescription": {"text": code.rule},
        "fullDescription": {"text": f"{code.rule} Seen in: {code.source}."},
        "defaultConfiguration": {"level": code.severity},
    }


def _result(one: Finding, rule: int, source: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.severity,
        "message": {"text": one.sentence},
        "properties": {key: value for key, value in one.to_dict().items() if key in ("step", "number", "fix")},
    }
    location = _location(source)
    return found | ({"locations": [location]} if location else {})


def _location(source: str) -> dict[str, Any]:
    """The file that was read, at its first line; or the expression, which is in no file."""
    if not source:
        return {}
    file = source.partition(":")[0]
    if "(" not in file and Path(file).suffix:
        uri = Path(file).as_posix()
        return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}}
    return {"logicalLocations": [{"fullyQualifiedName": source, "kind": "object"}]}
