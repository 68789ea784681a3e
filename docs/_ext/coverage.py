"""The check that every public name is described on some page, in words of its own."""

from __future__ import annotations

import inspect
from typing import Any

from reference import documented
from sphinx.util import logging

logger = logging.getLogger(__name__)


def check(app: Any, env: Any) -> None:
    """A warning for each public name that no page describes."""
    known = documented()
    described = {id(known[name]) for name in env.domaindata["py"]["objects"] if name in known}
    for name, thing in known.items():
        if id(thing) not in described:
            logger.warning("%s: no page describes it", name)
        if not inspect.getdoc(thing):
            logger.warning("%s: it has no docstring", name)


def setup(app: Any) -> dict[str, Any]:
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True}
