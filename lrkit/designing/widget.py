"""`lrkit.designer`: the page of the designer in a notebook. Only this loads anywidget, and only when it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..budget import Budget
from ..interop._errors import framework
from ..schedules._base import LearningRateSchedule
from .link import FIRST, first_schedule

if TYPE_CHECKING:
    from ._notebook import Designer


def designer(schedule: LearningRateSchedule | None = None, budget: Budget | None = None) -> Designer:
    """A schedule that is drawn with the mouse in a notebook, and is a value of Python at the same time.

    Parameters
    ----------
    schedule : LearningRateSchedule, optional
        What is shown first. Default: a warm-up over 5 % of the run, then a cosine.
    budget : Budget, optional
        The size of the run: its length, and what the axis counts. Default: as long as the schedule has something new;
        without a schedule, 10,000 updates.

    Returns
    -------
    Designer
        A widget, which a notebook shows if it is the last line of a cell. Its attributes follow what is drawn, and what
        they are set to is drawn:

        - ``schedule``: the `LearningRateSchedule`;
        - ``budget``: the `Budget`, or None;
        - ``ghosts``: the curves that are kept beside it, a tuple of schedules;
        - ``link``: the link that holds all this, for `from_link` and ``lrkit design``; it is only read.

        ``observe(function, "schedule")`` calls a function after each change, as every widget does; ``save(path)``
        writes the page as a file that needs neither network nor Python.

    Raises
    ------
    ImportError
        If anywidget is not installed: ``pip install "lrkit[notebook]"``.
    TypeError
        If `schedule` is no schedule or has a part without a kind, or `budget` is no budget.

    Notes
    -----
    It is tested in JupyterLab, and was tried in marimo, where ``marimo.ui.anywidget(widget)`` shows it. Other programs
    that show the widgets of anywidget were not tried. A class of your own is drawn by its formula, also one that is
    set after the widget was made; where the formula has no translation, as a still curve. With Python behind it, the
    page has two things more than the file of ``lrkit design``: each framework's own classes, with a word on where they
    are equal, and all findings of `lint`.

    Examples
    --------
    >>> import lrkit
    >>> widget = lrkit.designer(lrkit.CosineDecayLR(0, 0.1, 90))
    >>> widget.schedule = widget.schedule.warmup(10)
    >>> widget.schedule(5)
    0.05
    >>> lrkit.from_link(widget.link).schedule == widget.schedule
    True
    """
    framework("anywidget", "notebook", "lrkit.designer")
    from ._notebook import Designer

    if schedule is None:
        budget = Budget(updates=FIRST) if budget is None else budget
        schedule = first_schedule(budget.total if isinstance(budget, Budget) else FIRST)
    return Designer(schedule=schedule, budget=budget)
