"""The sections of the gallery, the order of its pages, and the headings in its index.

A script that no section names is a warning, which fails the build; a section without a page has no heading yet.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.util import logging
from sphinx_gallery.sorting import ExplicitOrder

SECTIONS = {
    "Shapes": ["four_ways", "warm_up", "joint", "one_cycle", "restarts", "cycles", "equal_budget"],
    "In training": ["digits", "surface", "groups", "epochs"],
    "Plans": ["tokens", "growing_batch", "longer", "layers", "lint"],
    "Known runs": ["which_schedule", "recipes", "long_cosine"],
    "Between frameworks": ["dialects", "one_cycle_ends", "seven_lists", "step_objects", "stairs", "start_over"],
    "Pictures": ["million_steps", "hover"],
}
ORDER = ExplicitOrder([f"plot_{name}.py" for names in SECTIONS.values() for name in names] + ["*"])
ITEM = r'^\.\. raw:: html\n\n    <div class="sphx-glr-thumbcontainer"'
OPEN, CLOSE = '<div class="sphx-glr-thumbnails">', "</div>"
logger = logging.getLogger(__name__)


def with_headings(index: str) -> str:
    """The index that sphinx-gallery wrote, with a heading before the first page of each section."""
    firsts: dict[str, str] = {}
    for heading, names in SECTIONS.items():
        there = [name for name in names if f"sphx_glr_plot_{name}_thumb" in index]
        firsts |= {there[0]: heading} if there else {}
    head, *items = re.split(rf"(?={ITEM})", index, flags=re.MULTILINE)
    parts = [head.replace(_raw(OPEN), "")]
    for item in items:
        name = re.findall(r"sphx_glr_plot_(\w+)_thumb", item)[0]
        if name in firsts:
            end = _raw(CLOSE) if len(parts) > 1 else ""
            parts.append(f"{end}{firsts[name]}\n{'-' * len(firsts[name])}\n\n{_raw(OPEN)}")
        parts.append(item)
    return "".join(parts)


def _raw(html: str) -> str:
    return f".. raw:: html\n\n    {html}\n\n"


def divide(app: Any) -> None:
    """Put the headings into the index, after sphinx-gallery has written it and before it is read."""
    index = Path(app.srcdir, "gallery", "index.rst")
    index.write_text(with_headings(index.read_text(encoding="utf-8")), encoding="utf-8")
    named = {name for names in SECTIONS.values() for name in names}
    for script in sorted(Path(app.srcdir).parent.joinpath("gallery").glob("plot_*.py")):
        if script.stem.removeprefix("plot_") not in named:
            logger.warning("gallery/%s: no section of docs/_ext/sections.py has it", script.name)


def setup(app: Any) -> dict[str, Any]:
    app.connect("builder-inited", divide, priority=900)
    return {"parallel_read_safe": True}
