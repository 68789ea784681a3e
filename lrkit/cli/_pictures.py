"""Where a picture goes, and in which form: a file, standard output, the terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from .._files import replacing
from ..chart import Chart, Panels
from ..plotting import renderers
from ._output import can_show, remark, say

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = {".txt" if form == "text" else f".{form}": form for form in renderers.FORMS}
BINARY = ("png", "pdf")


class Target(NamedTuple):
    """The form of a picture, and its file; without one it is printed."""

    form: str
    path: Path | None


def target(output: Path | None, form: str | None) -> Target:
    """Where ``-o`` and ``--format`` say that a picture goes; both are checked before anything is drawn."""
    path = None if output is None or str(output) == "-" else output
    if path is not None:
        if form is None and path.suffix.lower() not in SUFFIXES:
            raise click.BadParameter(
                f"{str(path)!r} must end in .png, .svg, .pdf, .html or .txt, or --format say what it is",
                param_hint="'-o'",
            )
        if not path.resolve().parent.is_dir():
            raise click.BadParameter(f"{str(path.parent)!r} is not a directory", param_hint="'-o'")
        return Target(form or SUFFIXES[path.suffix.lower()], path)
    found = Target(form or "text", None)
    if found.form in BINARY and sys.stdout.isatty():
        raise click.BadParameter(f"a terminal cannot show a {found.form}: write it to a file", param_hint="'-o'")
    return found


def draw(picture: Chart | Panels, where: Target, theme: str, title: str = "", alt: str = "") -> None:
    """The picture in the form that is asked for; text is as wide as the terminal, and in letters that it can show."""
    width = min(shutil.get_terminal_size((80, 24)).columns, 120)  # a longer line is hard to read
    options: dict[str, Any] = {"width": width} if where.form == "text" else {}
    if where.form == "text" and where.path is None:
        say(renderers.draw(picture, theme, "text", ascii_only=not can_show("⣿┤└─→", sys.stdout), **options))
        return
    import logging

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it warns if its cache cannot be written
    with replacing(where.path) if where.path else _printed() as path:
        renderers.save(picture, path, where.form, theme, title, alt, **options)
    if where.path:
        remark(f"wrote {where.path}")


@contextmanager
def _printed() -> Iterator[Path]:
    """A file to write to, whose bytes then go to standard output."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="lrkit-") as folder:
        path = Path(folder) / "picture"
        yield path
        sys.stdout.flush()
        sys.stdout.buffer.write(path.read_bytes())
