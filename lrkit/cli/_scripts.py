"""Names in Python code: ``train.py:scheduler``, ``package.module:scheduler``, ``train.py:build()[2]``."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import numpy as np

from .._params import as_kind, shorten

CODE = re.compile(
    r"(?P<where>.+?\.py|[A-Za-z_][\w.]*):(?P<name>[A-Za-z_]\w*)(?P<rest>(\.[A-Za-z_]\w*|\(\)|\[-?\d+\])*)"
)
"""A name in a script or in a module, and what is taken of it: an attribute, what a call returns, an element."""
CALLED = re.compile(CODE.pattern + r"\(")
"""Such a name, called with arguments: that is not read."""
PART = re.compile(r"\.(?P<attribute>\w+)|(?P<call>\(\))|\[(?P<index>-?\d+)\]")


def run(text: str, code: re.Match[str]) -> tuple[Any, int | None]:
    """What a name in Python code stands for, and which group of it is meant, if one is.

    An index is that of an element of a list or tuple of things; of anything else, such as a scheduler, it is a group.
    """
    where, group, done = code["where"], None, f"{code['where']}:{code['name']}"
    if where.endswith(".py") and not os.path.exists(where):  # noqa: PTH110
        raise ValueError(f"there is no file {where}")
    with _at_home(where):
        module = _calling(where, lambda: _module(where))
        if code["name"] not in module:
            raise ValueError(f"{where} has no {code['name']!r}{_near(code['name'], module)}")
        found = module[code["name"]]
        for part in PART.finditer(code["rest"]):
            if group is not None:
                raise ValueError(f"{text}: a group of a scheduler is the last that can be named, as in {done}")
            if part["attribute"]:
                if not hasattr(found, part["attribute"]):
                    raise ValueError(f"{done} has no {part['attribute']!r}{_near(part['attribute'], dir(found))}")
                found = _calling(where, lambda thing=found, name=part["attribute"]: getattr(thing, name))  # type: ignore[misc]
            elif part["call"]:
                if not callable(found):
                    raise ValueError(f"{done} is {shorten(found)}, which cannot be called: leave out the ()")
                found = _calling(where, found)
            elif _is_collection(found):
                found = _element(done, found, int(part["index"]))
            else:
                group = int(part["index"])
            done += part[0]
    return found, group


def _is_collection(value: Any) -> bool:
    """Whether a value holds things, each of which may be meant; numbers together are one table of rates."""
    if isinstance(value, (list, tuple)):
        return any(as_kind(item, float) is None for item in value) or not value
    return isinstance(value, np.ndarray) and value.dtype == object


def _element(name: str, items: Any, index: int) -> Any:
    if not -len(items) <= index < len(items):
        raise ValueError(f"{name} has {len(items)} elements, and no [{index}]")
    return items[index]


def _module(where: str) -> dict[str, Any]:
    import runpy

    return runpy.run_path(where) if where.endswith(".py") else vars(importlib.import_module(where))


def _calling(where: str, call: Callable[[], Any]) -> Any:
    """What the user's own code gives; whatever it raises is one error that says where."""
    try:
        return call()
    except SystemExit as error:
        raise ValueError(f"{where} ended before it was done, with exit code {error.code}") from None
    except Exception as error:  # noqa: BLE001
        raise ValueError(f"{where}: {_place(error, where)}{type(error).__name__}: {error}") from None


def _near(name: str, names: Any) -> str:
    shown = [other for other in names if not other.startswith("_")]
    from difflib import get_close_matches

    near = get_close_matches(name, shown, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


@contextmanager
def _at_home(where: str) -> Iterator[None]:
    """Look for modules beside the script first, give it no arguments, and print its output on standard error."""
    from pathlib import Path

    folder = Path(where).parent if where.endswith(".py") else Path()
    arguments, path = sys.argv, list(sys.path)
    sys.path.insert(0, str(folder.resolve()))
    sys.argv = arguments[:1]
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        sys.argv, sys.path[:] = arguments, path


def _place(error: BaseException, where: str) -> str:
    """The line of the script where it went wrong, if it was there."""
    from traceback import walk_tb

    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == where]
    return f"line {lines[-1]}: " if lines else ""
