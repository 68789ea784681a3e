"""The directives `exec` and `shell`: code on a page is run by the build, and shown with what it printed and drew.

The blocks of a page share one namespace. An exception that a block does not announce (``:raises: ValueError``) is a
warning of the build, and so an error.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import shlex
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, ClassVar

import pictures
from charts import add_scripts, plotly_html
from docutils import nodes
from docutils.parsers.rst import directives
from plotly.basedatatypes import BaseFigure
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
SPACES: dict[str, dict[str, Any]] = {}
"""The namespace of each page."""


def run(code: str, space: dict[str, Any]) -> tuple[str, Any]:
    """What a block prints, and the value of its last line."""
    tree = ast.parse(code)
    last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None  # type: ignore[attr-defined]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "<page>", "exec"), space)
        value = eval(compile(last, "<page>", "eval"), space) if last else None
    return printed.getvalue(), value


class Exec(SphinxDirective):
    """Python. Options: `hide` the code, `markdown` is what it prints, it `raises` this, `alt` for its picture."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "hide": directives.flag,
        "markdown": directives.flag,
        "raises": directives.unchanged,
        "alt": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """The nodes of the block, once it has run."""
        code = "\n".join(self.content)
        shown: list[nodes.Node] = [] if "hide" in self.options else [_block(code, "python")]
        space = SPACES.setdefault(self.env.docname, {"__name__": "__main__"})
        before = dict(space)
        pictures.close()
        try:
            printed, value = run(code, space)
            drawn = self._pictures(value, code, before)
        except Exception as error:  # noqa: BLE001
            if type(error).__name__ == self.options.get("raises"):
                return [*shown, _block(f"{type(error).__name__}: {error}", "text", "output")]
            text = "".join(traceback.format_exception(error))
            logger.warning("a block fails:\n%s\n%s", code, text, location=self.get_location())
            return shown
        if "raises" in self.options:
            logger.warning("a block should raise and does not:\n%s", code, location=self.get_location())
        if value is not None and not drawn:
            printed += f"{value!r}\n"
        if "markdown" in self.options:
            return [*shown, *self.parse_text_to_nodes(printed, allow_section_headings=True), *drawn]
        return [*shown, *([_block(printed.rstrip(), "text", "output")] if printed.strip() else []), *drawn]

    def _pictures(self, value: Any, code: str, before: dict[str, Any]) -> list[nodes.Node]:
        """What the block's last line drew; for each look the block is run again, from the names before it."""
        if isinstance(value, BaseFigure):
            return [nodes.raw("", plotly_html(value), format="html")]
        if pictures.figure_of(value) is None:
            return []
        space = SPACES[self.env.docname]
        space["_pictures"] = number = space.get("_pictures", 0) + 1
        stem, up = f"{self.env.docname.replace('/', '-')}-{number}", "../" * self.env.docname.count("/")

        def again() -> list[Any]:
            _, value = run(code, dict(before))
            return [pictures.figure_of(value)]

        folder = Path(self.env.app.outdir, "_images")
        shown = pictures.in_all_looks(again, stem, folder, f"{up}_images/", self.options.get("alt"))
        return [nodes.raw("", text, format="html") for text in shown]


class Shell(SphinxDirective):
    """Commands, one a line, run in a folder of the page's own. Option: `code`, the exit code of the last."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"code": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        """The nodes of the commands, once they have run."""
        folder = SPACES.setdefault(self.env.docname, {}).setdefault("_folder", tempfile.mkdtemp())
        shown: list[nodes.Node] = []
        commands = "\n".join(self.content).replace("\\\n", " ").splitlines()
        for k, command in enumerate(commands):
            words = [sys.executable, "-m", "lrkit", *shlex.split(command)[1:]]
            done = subprocess.run(
                words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
                env={**os.environ, "PYTHONIOENCODING": encoding_of(command), "COLUMNS": "76"},
            )  # fmt: skip
            expected = self.options.get("code", 0) if k == len(commands) - 1 else 0
            if not command.startswith("lrkit") or done.returncode != expected:
                logger.warning(
                    "%s\nexit code %s\n%s", command, done.returncode, done.stderr, location=self.get_location()
                )
            text = (done.stdout + done.stderr).rstrip()
            shown += [_block(command, "sh"), *([_block(text, "text", "output")] if text else [])]
        return shown


def encoding_of(command: str) -> str:
    """A sketch is drawn in plain letters: fonts for pages rarely have braille of the same width."""
    return "ascii" if command.startswith("lrkit plot") else "utf-8"


def _block(text: str, language: str, *classes: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language=language, classes=list(classes))


def forget(app: Any, env: Any, docname: str) -> None:
    SPACES.pop(docname, None)


def setup(app: Any) -> dict[str, Any]:
    app.add_directive("exec", Exec)
    app.add_directive("shell", Shell)
    app.connect("env-purge-doc", forget)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": False}
