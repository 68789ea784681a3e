"""What a new user reads after a slip: messages, help and captions that say what is meant."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from command import Run

import lrkit
from lrkit import ConstantLR, JoinLR, LearningRateSchedule, PiecewiseConstantLR, TableLR, lr_scheduler, optim
from lrkit._recipes import recipe
from lrkit.chart import make_chart
from lrkit.schedules._registry import kinds

C = ConstantLR(0.1)


class Wordy(LearningRateSchedule):
    """Its horizon is no number."""

    def formula(self, step: Any, xp: Any) -> Any:
        return 0.1 * step

    def _horizon(self) -> Any:
        return "abc"


def optimizer() -> Any:
    return SimpleNamespace(param_groups=[{"params": [], "lr": 0.1}], step=lambda: None)


def bad_default() -> None:
    from typing import Annotated

    class A(LearningRateSchedule):
        x: Annotated[float, lrkit.Param("x", low=0)] = -1.0

        def formula(self, step: Any, xp: Any) -> Any:
            return self.x


MESSAGES: list[tuple[Callable[[], Any], str]] = [
    (lambda: PiecewiseConstantLR([], []), "got an empty list"),
    (lambda: TableLR([]), "rates must be a list of 1 or more finite numbers, got an empty list"),
    (lambda: JoinLR([C], [10]), "schedules must be a list of 2 or more schedules, got a list of 1"),
    (lambda: JoinLR([C, C], [1, 2]), "2 schedules need 1 milestone, got 2"),
    (lambda: lrkit.plot(C, labels=["a", "b"]), "must be one label for each curve, 1 in all, got ['a', 'b']"),
    (
        lambda: lr_scheduler.SequentialLR(o := optimizer(), [lr_scheduler.StepLR(o, 3)], [3]),
        "milestones must be one fewer than schedulers, of which there is 1, got [3]",
    ),
    (lambda: lrkit.lr_scheduler.ScheduleLR(optimizer(), [C, C]), "has 1 group, and there are schedules for 2"),
    (lambda: optim.Adam([np.ones(1)])([]), "1 parameter needs 1 gradient, got 0"),
    (lambda: lr_scheduler.ScheduleLR(optimizer(), C).load_state_dict({}), "state must be that of a ScheduleLR"),
    (lambda: lr_scheduler.StepLR(C, 3), "an optimizer without param_groups takes a schedule"),
    (bad_default, "A: the default of x must be a number >= 0, got -1.0"),
    (
        lambda: lrkit.from_json('{"lrkit": 1, "schedule": {"kind": "cosin_decay"}}'),
        "'cosin_decay' is not a kind of schedule; did you mean 'cosine_decay'?",
    ),
    (lambda: Wordy().horizon, "Wordy: _horizon must return a number of steps, got 'abc'"),
]


@pytest.mark.parametrize(("call", "message"), MESSAGES, ids=[message for _, message in MESSAGES])
def test_a_refusal_says_what_is_meant(call: Callable[[], Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError)) as found:
        call()
    assert message in str(found.value)


def test_the_help_lists_what_an_expression_may_be_line_by_line(run: Run) -> None:
    lines = run("--help").out.splitlines()
    assert "  recipe:NAME, recipe:NAME@STEPS" in lines
    assert not any("\\b" in line for line in lines)


class Mathly(LearningRateSchedule):
    """Its formula is right for numbers only."""

    def formula(self, step: Any, xp: Any) -> Any:
        return math.exp(-step)


def test_a_formula_of_maths_functions_is_named_where_it_meets_an_array() -> None:
    torch = pytest.importorskip("torch")
    with pytest.raises((TypeError, ValueError, RuntimeError)) as found:
        (2.0 * Mathly())(torch.arange(5))
    assert any(note.startswith("Mathly: ") and "xp.exp" in note for note in found.value.__notes__)


CLASS = """
from typing import Annotated
from lrkit import ConstantLR, LearningRateSchedule, Param

class A(LearningRateSchedule):
    x: Annotated[float, Param("x", low=0)]

    def formula(self, step, xp):
        return self.x + 0.01 * xp.sin(1.0 * step) * step

s = A(0.5)
"""


def execute(code: str, names: dict[str, Any]) -> None:
    """Run it without the future imports of this file."""
    exec(compile(code, "own", "exec", dont_inherit=True), names)


@pytest.mark.parametrize("future", ["", "from __future__ import annotations"])
def test_a_class_may_be_defined_by_exec(future: str) -> None:
    names: dict[str, Any] = {}
    execute(future + CLASS, names)
    assert names["s"](0) == 0.5
    with pytest.raises(ValueError, match="A: x must be a number >= 0"):
        names["A"](-1)


def test_a_class_in_a_module_that_is_not_entered_is_refused_clearly() -> None:
    with pytest.raises(TypeError, match=r"A: its annotations are texts.* 'nowhere' is not in sys\.modules"):
        execute("from __future__ import annotations" + CLASS, {"__name__": "nowhere"})
    names: dict[str, Any] = {"__name__": "nowhere"}
    execute(CLASS, names)
    assert names["s"](0) == 0.5


def test_source_of_a_script_can_be_pasted(run: Run) -> None:
    Path("own.py").write_text(CLASS.replace("Schedule)", "Schedule, kind='stumbles_a')"))
    try:
        done = run("source", "own.py:s", "lrkit")
    finally:
        kinds().pop("stumbles_a", None)
    compile(done.out, "pasted", "exec")
    assert "# A: your own class" in done.out.splitlines()


def test_show_leaves_a_line_before_the_examples_and_offers_no_file(run: Run) -> None:
    lines = run("show", "CosineDecayLR").out.splitlines()
    assert lines[lines.index("Examples") - 1] == ""
    Path("own.py").write_text(CLASS)
    assert "own.py?" not in run("show", "own.py:s").err


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("own.py:A(0.1, 500)", "what a script makes is called as name(), without arguments"),
        ("nope.py:s", "there is no file nope.py"),
    ],
)
def test_a_word_of_a_script_is_refused_in_plain_words(run: Run, word: str, message: str) -> None:
    Path("own.py").write_text(CLASS)
    done = run("table", word, "--steps", "2")
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_a_drawn_difference_is_as_wide_as_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    picture = run("diff", "WarmUpLR(0.1, 50)", "LogWarmUpLR(0.1, 50)", "--format", "text").out
    assert "┤" in picture or "|" in picture
    assert max(map(len, picture.splitlines())) <= 40


def test_smooth_curves_have_no_caption_however_long_they_are() -> None:
    assert make_chart([recipe("gpt3"), recipe("bert")], x="progress").note == ""
    assert make_chart([recipe("gpt3")]).note == ""
