"""The link of a design: what is drawn on the page of the designer, in the part of its address behind ``#``.

``link.js`` says the same in the page, word for word; a test compares them.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from types import NoneType
from typing import Any
from urllib.parse import unquote

from .._params import shorten
from ..budget import Budget
from ..catalogue._recognition import text_of
from ..chart.axis_options import AXES
from ..schedules._base import LearningRateSchedule
from ..schedules._parse import parse
from ..schedules.cosine_decay import CosineDecayLR
from .mark import MARK, MAX_LINK

VERSION = 1
MAX_GHOSTS = 4
"""The most curves that are kept beside the one that is designed."""
PARTS = ("e", "budget", "T", "g", "log", "x")
"""What the readable form is made of: the expression, the budget or its updates, kept curves, and the view."""
FLAGS: dict[Any, bool] = {0: False, 1: True, "0": False, "1": True, "false": False, "true": True}


FIRST = 10_000
"""The updates of the run that is designed when nothing is given."""
PEAK, WARMUP = 0.001, 0.05
"""Its schedule: a warm-up of this part of the run to this rate, then a cosine."""
KINDS = {
    "schedule": (LearningRateSchedule,), "budget": (Budget, NoneType), "ghosts": (tuple,), "log": (bool,), "x": (str,),
}  # fmt: skip
"""What the fields of a `Design` may be."""


@dataclass(frozen=True)
class State:
    """What the page shows, as texts: the expression, the budget, the kept curves, and the view."""

    text: str
    budget: str = ""
    ghosts: tuple[str, ...] = ()
    log: bool = False
    unit: str = "step"


@dataclass(frozen=True)
class Design:
    """What is drawn on the page of the designer.

    Parameters
    ----------
    schedule : LearningRateSchedule
        The schedule that is designed.
    budget : Budget or None
        The size of the run, if one is given.
    ghosts : tuple of LearningRateSchedule
        The curves that are kept beside it, at most four.
    log : bool
        Whether the axis of rates is logarithmic.
    x : str
        What the horizontal axis counts, as in `lrkit.plot`.

    Raises
    ------
    TypeError
        If a field is of another type.
    ValueError
        If there are more than four curves in `ghosts`, or `x` is no axis.

    Examples
    --------
    >>> import lrkit
    >>> design = lrkit.from_link("#e=CosineDecayLR(0, 3e-4, 9000).warmup(1000)&budget=updates=10000")
    >>> design.schedule(1000), design.budget.total
    (0.0003, 10000)
    """

    schedule: LearningRateSchedule
    budget: Budget | None = None
    ghosts: tuple[LearningRateSchedule, ...] = ()
    log: bool = False
    x: str = "step"

    def __post_init__(self) -> None:
        for name, kinds in KINDS.items():
            if not isinstance(value := getattr(self, name), kinds):
                words = " or ".join("None" if kind is NoneType else kind.__name__ for kind in kinds)
                raise TypeError(f"Design: {name} must be {words}, got {shorten(value)}")
        for ghost in self.ghosts:
            if not isinstance(ghost, LearningRateSchedule):
                raise TypeError(f"Design: ghosts must be LearningRateSchedules, got {shorten(ghost)}")
        if len(self.ghosts) > MAX_GHOSTS:
            raise ValueError(f"Design: ghosts must be at most {MAX_GHOSTS} curves, got {len(self.ghosts)}")
        if self.x not in AXES:
            raise ValueError(f"Design: x must be one of {', '.join(AXES)}, got {shorten(self.x)}")

    @property
    def state(self) -> State:
        """The same as texts."""
        budget = "" if self.budget is None else self.budget.text
        return State(expression_of(self.schedule), budget, tuple(map(expression_of, self.ghosts)), self.log, self.x)

    @property
    def link(self) -> str:
        """The part of an address that `from_link` reads, from ``#`` on."""
        return link_of(self.state)


def from_link(text: str) -> Design:
    """What a link of the designer holds: the schedule, and the budget and the curves beside it.

    Parameters
    ----------
    text : str
        The address of the page, or the part of it from ``#`` on: ``#v1:`` and what the page writes, or a readable one,
        ``#e=EXPRESSION&budget=BUDGET``. In the latter there may be ``T=10000`` in place of a budget of so many updates,
        ``g=EXPRESSION`` for each curve beside it, ``log=1`` and ``x=epoch``. At most 1 Mi characters.

    Returns
    -------
    Design
        With `schedule`, `budget`, `ghosts`, `log` and `x`.

    Raises
    ------
    TypeError
        If `text` is not a str.
    ValueError
        If it is no link, of a version other than 1, damaged, or something in it is no schedule or no budget.

    Notes
    -----
    In an expression, ``total`` and ``epoch`` stand for the updates of the run and of an epoch that the budget gives. A
    link holds the expression, never rates.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.from_link("#v1:eyJlIjoiQ29zaW5lRGVjYXlMUigwLCAwLjEsIDkwKSJ9").schedule
    CosineDecayLR(min_lr=0.0, max_lr=0.1, decay_steps=90)
    >>> lrkit.from_link("#v2:eyJlIjoi")
    Traceback (most recent call last):
    ...
    ValueError: from_link: the link has version 2, and this lrkit reads version 1
    """
    if not isinstance(text, str):
        raise TypeError(f"from_link: text must be str, got {type(text).__name__}")
    try:
        return parsed(state_of(text))
    except ValueError as error:
        message = str(error).removeprefix("from_link: ").removeprefix("parse: ")
        raise ValueError(f"from_link: {message}") from None


def parsed(state: State) -> Design:
    """The values of a state; in its expressions `total` and `epoch` are numbers of its budget."""
    budget = Budget.parse(state.budget) if state.budget else None
    names: dict[str, float] = {} if budget is None else {"total": budget.total}
    if budget is not None and budget.has_epochs:
        names["epoch"] = budget.epoch
    ghosts = tuple(parse(ghost, names) for ghost in state.ghosts)
    return Design(parse(state.text, names), budget, ghosts, state.log, state.unit)


def first_schedule(total: int) -> LearningRateSchedule:
    """What is designed when nothing is given, for a run of so many updates."""
    warmup = round(WARMUP * total)
    cosine = CosineDecayLR(0, PEAK, total - warmup)
    return cosine.warmup(warmup) if warmup else cosine


def expression_of(schedule: LearningRateSchedule, written: str = "") -> str:
    """The expression of a schedule: as it was written, if that is one line that reads back; else `text_of` it."""
    schedule.to_json()  # called for its error: a part of a class without a kind cannot be written
    try:
        if "\n" not in written.strip() and parse(written) == schedule:
            return written.strip()
    except (ValueError, TypeError):
        pass
    return text_of(schedule)


def link_of(state: State) -> str:
    """The link of a state, from ``#`` on; a `ValueError` if it is longer than what is read."""
    view: dict[str, Any] = {"log": int(state.log), "x": "" if state.unit == "step" else state.unit}
    shown = {name: part for name, part in view.items() if part}
    parts = {"e": state.text, "b": state.budget, "g": state.ghosts, "v": shown}
    document = json.dumps(
        {name: part for name, part in parts.items() if part}, separators=(",", ":"), ensure_ascii=False
    )
    link = f"#v{VERSION}:{base64.urlsafe_b64encode(document.encode()).decode().rstrip('=')}"
    if len(link) > MAX_LINK:
        raise ValueError(f"link: it would have {len(link)} characters, at most {MAX_LINK} are read; write JSON")
    return link


def state_of(link: str) -> State:
    """The state in a link; a `ValueError` says what is wrong with it."""
    if len(link) > MAX_LINK:
        raise ValueError(f"from_link: the link has {len(link)} characters, at most {MAX_LINK} are read")
    mark = MARK.search(link)
    if mark is None:
        raise ValueError(f"from_link: a link has '#v1:' or '#e=' in it, got {shorten(link)}")
    fragment = link[mark.end() :].strip()
    try:
        return _readable(fragment) if fragment.startswith("e=") else _packed(fragment)
    except _DamagedError as error:
        raise ValueError(f"from_link: {error}") from None


class _DamagedError(Exception):
    """What is wrong with a link."""


def _packed(fragment: str) -> State:
    version, _, packed = fragment.partition(":")
    if int(version[1:]) != VERSION:
        raise _DamagedError(f"the link has version {int(version[1:])}, and this lrkit reads version {VERSION}")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", packed) or len(packed) % 4 == 1:
        raise _DamagedError("the link is damaged: a part of it is missing or was changed")
    try:
        document = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), parse_constant=_refused)
    except (ValueError, binascii.Error, RecursionError):
        raise _DamagedError("the link is damaged: a part of it is missing or was changed") from None
    if not isinstance(document, dict):
        raise _DamagedError("the link is damaged: it holds no design")
    view = document.get("v", {})
    if not isinstance(view, dict):
        raise _DamagedError("the link is damaged: its v must be an object")
    return _checked(
        document.get("e"), document.get("b", ""), document.get("g", []), view.get("log", 0), view.get("x", "step")
    )


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _readable(fragment: str) -> State:
    found: dict[str, str] = {}
    ghosts: list[str] = []
    for part in fragment.split("&"):
        name, _, written = part.partition("=")
        if name not in PARTS:
            raise _DamagedError(f"there is no part {name}= in a link: there are {'=, '.join(PARTS)}=")
        if re.search(r"%(?![0-9A-Fa-f]{2})", written):
            raise _DamagedError(f"the link is damaged: % in its {name}= is not followed by two digits")
        try:
            value = unquote(written, errors="strict")
        except UnicodeDecodeError:
            raise _DamagedError(f"the link is damaged: its {name}= is not UTF-8") from None
        if name == "g":
            ghosts.append(value)
        elif name in found:
            raise _DamagedError(f"the link has {name}= twice")
        else:
            found[name] = value
    if "T" in found and "budget" in found:
        raise _DamagedError("the link has budget= and T=, of which one is enough")
    budget = f"updates={found['T']}" if "T" in found else found.get("budget", "")
    return _checked(found["e"], budget, ghosts, found.get("log", "0"), found.get("x", "step"))


def _checked(text: Any, budget: Any, ghosts: Any, log: Any, unit: Any) -> State:
    if not isinstance(text, str) or not text.strip():
        raise _DamagedError("the link has no expression")
    if not isinstance(budget, str):
        raise _DamagedError("the link is damaged: its b must be a text")
    if not isinstance(ghosts, list) or not all(isinstance(ghost, str) for ghost in ghosts):
        raise _DamagedError("the link is damaged: its g must be a list of texts")
    if len(ghosts) > MAX_GHOSTS:
        raise _DamagedError(f"the link has {len(ghosts)} curves beside the designed one, at most {MAX_GHOSTS} are kept")
    if not isinstance(log, (str, bool, int, float)) or log not in FLAGS:
        raise _DamagedError("the link is damaged: its log must be 0 or 1")
    if not isinstance(unit, str) or unit not in AXES:
        raise _DamagedError(f"the link is damaged: its x must be one of {', '.join(AXES)}")
    return State(text, budget, tuple(ghosts), FLAGS[log], unit)
