"""A name for the arrows of the sidebar that open what is below a page: the theme gives them a sign only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

UNNAMED = '<summary><span class="toctree-toggle"'
NAMED = '<summary aria-label="Pages below this one"><span class="toctree-toggle"'


def name_toggles(app: Any, exception: Exception | None) -> None:
    """Write the names into the finished pages."""
    if exception is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if UNNAMED in text:
            path.write_text(text.replace(UNNAMED, NAMED), encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Sphinx's hook."""
    app.connect("build-finished", name_toggles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
