"""The table of training systems, from what lrkit declares: which are read, written, and read as live objects."""

from __future__ import annotations

import lrkit
from lrkit.configs._systems import SYSTEMS
from lrkit.configs._writing import WRITERS

FORMS = {
    "json_text": "JSON", "yaml_text": "YAML", "toml_text": "TOML", "python_text": "Python", "flags_text": "flags",
    "underscored_flags": "flags", "assigned_flags": "flags", "short_flags": "flags", "text": "a call",
}  # fmt: skip
"""How a page calls the functions that write a text."""
LIVE = {"detectron2": "fvcore", "trainer": "transformers", "lightning": "torch", "accelerate": "torch"}
"""The readers of living objects that have another name than the system."""


def systems_table() -> str:
    """A row for each system."""
    lines = ["| system | `system=` | written as | live objects |", "| --- | --- | --- | --- |"]
    for system in sorted(SYSTEMS, key=lambda system: system.title.lower()):
        names = ", ".join(f"`{name}`" for name in (system.name, *system.aliases))
        writer = WRITERS.get(system.name)
        form = FORMS[writer.text.__name__] if writer else "a method, in code"
        reader = f"from_{LIVE.get(system.name, system.name)}"
        live = f"`lrkit.{reader}`" if reader in lrkit.__all__ else ""
        lines.append(f"| {system.title} | {names} | {form} | {live} |")
    return "\n".join(lines)


def count() -> int:
    """How many systems are read."""
    return len(SYSTEMS)
