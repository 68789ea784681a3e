"""What Python answers a page that it stands behind: code of the frameworks, findings of `lint`, a log's schedule."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..linting import lint
from ..runs.identify import identify
from ..runs.reading import read_log
from ..source import as_source
from . import page
from .link import State, expression_of, parsed

EQUAL_IN_RUN = "# Equal in a run of"
MAX_LOG = 2**26
"""Longest log that is taken from a page, in bytes."""


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a question of the page, or ``error`` with a sentence if there is none.

    A question has a ``kind``, and what it is about: ``text`` is an expression, but that of ``identify`` a log, for
    which there may be ``bytes`` in base 64.
    """
    try:
        match question["kind"]:
            case "source":
                return _source(question["text"], question["framework"], question.get("steps"))
            case "lint":
                design = parsed(State(question["text"], question.get("budget", "")))
                found = lint(design.schedule, design.budget or question.get("steps"))
                return {"findings": [one.to_dict() for one in found]}
            case "identify":
                return _identified(question["name"], _content(question))
            case "budget":
                return {"known": page.known(question["budget"])}
            case other:
                return {"error": f"there is no answer to {other!r}"}
    except KeyError as missing:
        return {"error": f"the question has no {missing.args[0]}"}
    except (ValueError, TypeError, ArithmeticError) as error:
        return {"error": str(error)}


def _source(text: str, framework: Any, steps: int | None) -> dict[str, Any]:
    """The code, and where it is equal: ``exact`` is whether it is so at every step."""
    code = as_source(parsed(State(text)).schedule, framework, steps)
    first, _, rest = code.partition("\n")
    if first.startswith(EQUAL_IN_RUN):
        return {"code": rest, "exact": False, "says": first.removeprefix("# ")}
    needs = ", and needs lrkit" if "lrkit" in code and framework != "lrkit" else ""
    return {"code": code, "exact": True, "says": f"Equal at every step, past the end too{needs}."}


def _content(question: Mapping[str, Any]) -> bytes:
    """The log in a question."""
    content = question.get("bytes")
    return question["text"].encode() if content is None else base64.b64decode(content)


def _identified(name: str, content: bytes) -> dict[str, Any]:
    """The schedule of a log: its expression, or an empty text if none is found."""
    if len(content) > MAX_LOG:
        raise ValueError(f"identify: the log has {len(content)} bytes, at most {MAX_LOG} are read here")
    with tempfile.TemporaryDirectory(prefix="lrkit-") as folder:
        path = Path(folder, Path(name).name or "log")
        path.write_bytes(content)
        found = identify(read_log(path))
    best = next(iter(found), None)
    return {"text": "" if best is None else expression_of(best.schedule), "says": "" if best is None else str(best)}
