"""What Python answers a page that it stands behind: the code of the frameworks, and the findings of `lint`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..linting import lint
from ..source import FRAMEWORKS, as_source
from .link import Design, State, parsed

EQUAL_IN_RUN = "# Equal in a run of"


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a question of the page, or ``error`` with a sentence if there is none.

    A question has a ``state``, and asks for ``frameworks``, for the ``source`` in a ``framework``, or for ``lint``.
    """
    try:
        shown = question["state"] or {}
        design = parsed(State(shown["text"], shown.get("budget", "")))
        match question["ask"]:
            case "frameworks":
                return {"frameworks": list(FRAMEWORKS)}
            case "source":
                return _source(design, question["framework"])
            case "lint":
                return {"findings": [one.to_dict() for one in lint(design.schedule, design.budget)]}
            case other:
                return {"error": f"there is no answer to {other!r}"}
    except KeyError:
        return {"error": "the question is incomplete"}
    except (ValueError, TypeError, ArithmeticError) as error:
        return {"error": str(error)}


def _source(design: Design, framework: Any) -> dict[str, Any]:
    """The code, and where it is equal: ``exact`` is whether it is so at every step."""
    steps = None if design.budget is None else design.budget.total
    code = as_source(design.schedule, framework, steps)
    first, _, rest = code.partition("\n")
    if first.startswith(EQUAL_IN_RUN):
        return {"code": rest, "exact": False, "says": first.removeprefix("# ")}
    needs = ", and needs lrkit" if "lrkit" in code and framework != "lrkit" else ""
    return {"code": code, "exact": True, "says": f"Equal at every step, past the end too{needs}."}
