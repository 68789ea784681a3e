"""Make the generated parts of README.md: the picture, and the table of schedules from the registry.

``python docs/readme.py`` writes them; ``python docs/readme.py --check`` fails if the table is not up to date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import lrkit
from lrkit._params import Field, fields_of
from lrkit.cli import DEFAULT_LABELS, DEFAULT_PLOT, DEFAULT_TITLE, summary
from lrkit.cli._docstring import plain
from lrkit.schedules._registry import FUNCTIONS, sorted_kinds

README = Path(__file__).parents[1] / "README.md"
PICTURE = Path(__file__).parent / "images" / "four-ways.png"
BEGIN, END = "<!-- schedules: made by docs/readme.py -->\n", "<!-- end of schedules -->"


def table() -> str:
    """The schedules as a Markdown table."""
    rows = ["| schedule | the curve |", "| --- | --- |"]
    for entry in [*sorted_kinds().values(), *(function for _, function in sorted(FUNCTIONS.items()))]:
        call = f"{entry.__name__}({', '.join(map(_parameter, fields_of(entry).values()))})"
        curve = plain(summary(entry)).replace("|", "\\|")
        rows.append(f"| `{call}` | {curve} |")
    return "\n".join(rows) + "\n"


def _parameter(field: Field) -> str:
    return field.name if field.required else f"{field.name}={field.default!r}"


def updated(text: str) -> str:
    """The README with today's table."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return head + BEGIN + table() + END + tail


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the table is not up to date")
    check = parser.parse_args().check
    old = README.read_text(encoding="utf-8")
    new = updated(old)
    if check:
        sys.exit(0 if old == new else "README.md: the table of schedules is old: run `python docs/readme.py`")
    README.write_text(new, encoding="utf-8")
    PICTURE.parent.mkdir(exist_ok=True)
    curves = dict(zip(DEFAULT_LABELS, map(lrkit.parse, DEFAULT_PLOT), strict=True))
    lrkit.plot(curves, title=DEFAULT_TITLE).figure.savefig(PICTURE, dpi=130)


if __name__ == "__main__":
    main()
