"""The reference: a page for each public name that is no schedule; the schedules' are in the catalogue."""

from __future__ import annotations

import inspect
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from catalogue import _heading, _table, _tree, entries, write_pages

import lrkit

MODULES = ("optim", "optim_ex", "lr_scheduler")
"""The public modules whose names are not lrkit's own."""
GROUPS = {
    "What every schedule is": (
        "lrkit.schedules._base",
        "lrkit._params",
        "lrkit.schedules._json",
        "lrkit.schedules._parse",
    ),
    "MindSpore's lists": ("lrkit.schedules.",),
    "Pictures": ("lrkit.plotting",),
    "Recipes": ("lrkit._recipes",),
    "Planning": ("lrkit.planning",),
    "Comparing, recording, writing code": ("lrkit.difference", "lrkit.source", "lrkit.interop._record"),
    "Plans": ("lrkit.linting", "lrkit.budget"),
    "Adapters": ("lrkit.interop",),
    "Optimizers, with MindSpore's arguments": ("lrkit.optim.", "lrkit.parameter"),
    "Optimizers whose groups change": ("lrkit.optim_ex",),
    "Schedulers": ("lrkit.lr_scheduler",),
}
OTHERS = "Others"
WITH_MEMBERS = (
    "LearningRateSchedule", "Optimizer", "LRScheduler", "Parameter", "Difference", "Budget", "Findings", "Finding",
    "Comparison", "Rescaled", "Extension",
)  # fmt: skip


@cache
def documented() -> dict[str, Any]:
    """Every public name, and what it names. Where a thing has several names, the first is the one of its page."""
    names = {f"lrkit.{name}": getattr(lrkit, name) for name in lrkit.__all__}
    for module in MODULES:
        owner = getattr(lrkit, module)
        public = [name for name in dir(owner) if not name.startswith("_") and inspect.isclass(getattr(owner, name))]
        names |= {f"lrkit.{module}.{name}": getattr(owner, name) for name in public}
    return {name: thing for name, thing in names.items() if not isinstance(thing, ModuleType)}


def pages() -> dict[str, list[str]]:
    """The name under which each thing is described, by group."""
    own = {id(entry) for entry in entries().values()}
    groups: dict[str, list[str]] = {title: [] for title in [*GROUPS, OTHERS]}
    seen: set[int] = set()
    for name, thing in documented().items():
        if id(thing) in own or id(thing) in seen:
            continue
        seen.add(id(thing))
        module = getattr(thing, "__module__", "")
        title = next((title for title, starts in GROUPS.items() if module.startswith(starts)), OTHERS)
        groups[title].append(name)
    return {title: sorted(names) for title, names in groups.items() if names}


def page(name: str) -> str:
    thing = documented()[name]
    directive = "autoclass" if inspect.isclass(thing) else "autofunction" if callable(thing) else "autodata"
    members = "\n   :members:\n   :inherited-members: object, Sequence" if thing.__name__ in WITH_MEMBERS else ""
    return f".. Written by docs/_ext/reference.py.\n\n{_heading(name, '=')}\n\n.. {directive}:: {name}{members}\n"


def index() -> str:
    parts = [_heading("Reference", "="), "Every public name. The schedules have pages in the :doc:`/catalogue/index`."]
    for title, names in pages().items():
        rows = [[f":doc:`{name} <{name}>`", _summary(documented()[name])] for name in names]
        parts += [_heading(title, "-"), _table(["name", "what it is"], rows)]
    return "\n\n".join([*parts, *(_tree(title, names) for title, names in pages().items())]) + "\n"


def _summary(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def write(app: Any) -> None:
    names = [name for group in pages().values() for name in group]
    write_pages(Path(app.srcdir, "reference"), {name: page(name) for name in names} | {"index": index()})


def signature(
    app: Any, what: str, name: str, thing: Any, options: Any, given: str | None, returned: str | None
) -> tuple[str, str | None] | None:
    """A class's signature is its ``__init__``'s, as it is written, without the annotations."""
    if what != "class":
        return None
    found = inspect.signature(thing.__init__)
    own = [p.replace(annotation=p.empty) for p in list(found.parameters.values())[1:]]
    return str(found.replace(parameters=own, return_annotation=found.empty)), returned


def setup(app: Any) -> dict[str, Any]:
    app.connect("autodoc-process-signature", signature)
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
