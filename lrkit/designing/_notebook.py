"""The widget: what the page shows and the value of Python, kept equal. It is the only module that imports anywidget."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .._files import replacing
from .._params import shorten
from ..budget import Budget
from ..javascript.build import own_module
from ..schedules._base import LearningRateSchedule
from . import page
from .answers import answer
from .link import MAX_GHOSTS, Design, State, expression_of, link_of, parsed

OWN = Path(__file__).with_name("widget.js")


class Designer(anywidget.AnyWidget):
    """A schedule that is drawn with the mouse; `lrkit.designer` makes it."""

    schedule = traitlets.Any(help="The schedule that is designed.")
    budget = traitlets.Any(None, allow_none=True, help="The size of the run, or None.")
    ghosts = traitlets.Any((), help="The curves that are kept beside it.")
    _state = traitlets.Dict(help="What the page shows, as texts.").tag(sync=True)
    _known = traitlets.Dict(help="What Python has counted of budgets.").tag(sync=True)
    _refusal = traitlets.Unicode(help="Why Python cannot read what the page shows.").tag(sync=True)

    def __init__(self, schedule: LearningRateSchedule, budget: Budget | None = None) -> None:
        self._view: dict[str, Any] = {"log": False, "unit": "step"}
        state = self._state_of(_schedule(schedule), _budget(budget), ())
        known = page.known(state["budget"])
        self._esm = _module(schedule)  # anywidget makes traits of these two
        self._css = page.style()
        super().__init__(schedule=schedule, budget=budget, _state=state, _known=known)
        self.on_msg(self._asked)

    @property
    def link(self) -> str:
        """The link that holds what is drawn."""
        return link_of(self._texts)

    def save(self, path: str | Path) -> None:
        """Write the page as one file that needs neither network nor Python.

        Parameters
        ----------
        path : str or Path
            The file, which is replaced if it is there.
        """
        html = page.page(self._texts, [self.schedule, *self.ghosts])
        with replacing(Path(path)) as file:
            file.write_text(html, encoding="utf-8")

    @property
    def _texts(self) -> State:
        shown, view = self._state, self._state["view"]
        return State(shown["text"], shown["budget"], tuple(shown["ghosts"]), log=view["log"], unit=view["unit"])

    # What is set in Python ------------------------------------------------------------------------------------------

    @traitlets.validate("schedule")
    def _checked_schedule(self, proposal: Any) -> LearningRateSchedule:
        return _schedule(proposal["value"])

    @traitlets.validate("budget")
    def _checked_budget(self, proposal: Any) -> Budget | None:
        return _budget(proposal["value"])

    @traitlets.validate("ghosts")
    def _checked_ghosts(self, proposal: Any) -> tuple[LearningRateSchedule, ...]:
        ghosts = proposal["value"]
        if not isinstance(ghosts, (tuple, list)):
            raise TypeError(f"designer: ghosts must be a tuple of schedules, got {shorten(ghosts)}")
        if len(ghosts) > MAX_GHOSTS:
            raise ValueError(f"designer: at most {MAX_GHOSTS} ghosts are kept, got {len(ghosts)}")
        return tuple(_schedule(ghost, "a ghost") for ghost in ghosts)

    @traitlets.observe("schedule", "budget", "ghosts")
    def _show(self, _: Any) -> None:
        """Show the values, unless it is from the page that they come."""
        values = (self.schedule, self.budget, self.ghosts)
        if self._state and values != self._values():
            with self.hold_sync():
                self._esm = _module(self.schedule, *self.ghosts)  # another module if there are classes of somebody's
                self._known = page.known("" if self.budget is None else self.budget.text)
                self._state = self._state_of(*values)

    def _state_of(self, schedule: Any, budget: Budget | None, ghosts: tuple[Any, ...]) -> dict[str, Any]:
        return {
            "text": expression_of(schedule),
            "budget": "" if budget is None else budget.text,
            "ghosts": list(map(expression_of, ghosts)),
            "view": self._view,
        }

    # What is done on the page ---------------------------------------------------------------------------------------

    @traitlets.observe("_state")
    def _take(self, _: Any) -> None:
        """Take the values of what the page shows."""
        try:
            schedule, budget, ghosts = self._values()
        except (ValueError, TypeError) as error:
            self._refusal = str(error)
            return
        self._refusal, self._view = "", self._state["view"]
        with self.hold_trait_notifications():
            self.schedule, self.budget, self.ghosts = schedule, budget, ghosts

    def _values(self) -> tuple[Any, ...]:
        design: Design = parsed(self._texts)
        return design.schedule, design.budget, design.ghosts

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        """A question of the page, and the answer, which has the question's number."""
        self.send({"id": content.get("id"), **answer(content)})


def _module(*schedules: LearningRateSchedule) -> str:
    """The widget's module, with the classes of schedules that are not lrkit's; without such it is made once."""
    if not own_module(*schedules):
        return _without_own()
    return page.module(schedules) + OWN.read_text("utf-8")


@cache
def _without_own() -> str:
    return page.module() + OWN.read_text("utf-8")


def _schedule(value: Any, what: str = "schedule") -> LearningRateSchedule:
    if not isinstance(value, LearningRateSchedule):
        raise TypeError(f"designer: {what} must be a LearningRateSchedule, got {shorten(value)}")
    value.to_json()  # called for its error: a part of a class without a kind cannot be written
    return value


def _budget(value: Any) -> Budget | None:
    if value is not None and not isinstance(value, Budget):
        raise TypeError(f"designer: budget must be a Budget or None, got {shorten(value)}")
    return value
