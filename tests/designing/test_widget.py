"""`lrkit.designer`: what is drawn is the value of Python, both ways. The page's side is played by messages."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from typing import Annotated, Any

import pytest

import lrkit
from lrkit import Param

COSINE = lrkit.CosineDecayLR(0, 0.1, 90)


def on_page(widget: Any, **changed: Any) -> None:
    """What a page does when something on it is changed: it sends its state, as ipywidgets' protocol has it."""
    widget.set_state({"_state": {**widget.get_state(["_state"])["_state"], **changed}})


def answer(widget: Any, **question: Any) -> Any:
    """What Python answers a page."""
    sent: list[Any] = []
    widget.send = sent.append
    widget._handle_custom_msg({"id": 7, **question}, [])
    (found,) = sent
    assert found.pop("id") == 7
    return found


def test_what_is_set_is_shown() -> None:
    widget = lrkit.designer(COSINE)
    widget.schedule = lrkit.linear(0.1, 0, 50)
    widget.budget = lrkit.Budget(updates=60)
    widget.ghosts = [COSINE]
    shown = widget.get_state(["_state"])["_state"]
    assert lrkit.parse(shown["text"]) == lrkit.linear(0.1, 0, 50)
    assert (shown["budget"], [lrkit.parse(one) for one in shown["ghosts"]]) == ("updates=60", [COSINE])
    assert lrkit.from_link(widget.link) == lrkit.Design(widget.schedule, widget.budget, widget.ghosts)


def test_what_is_drawn_is_the_value() -> None:
    widget = lrkit.designer(COSINE)
    heard: list[Any] = []
    widget.observe(lambda change: heard.append(change["new"]), "schedule")
    text = "warmup_stable_decay(0.1,5,80,15)"
    on_page(widget, text=text, view={"log": True, "unit": "progress"})
    on_page(widget, budget="updates=100", ghosts=["ConstantLR(1)"])
    assert heard == [widget.schedule] == [lrkit.parse(text)]
    assert (widget.budget, widget.ghosts) == (lrkit.Budget(updates=100), (lrkit.ConstantLR(1),))
    assert widget.get_state(["_state"])["_state"]["text"] == text  # what somebody types is not written again
    widget.schedule = COSINE
    assert (lrkit.from_link(widget.link).log, lrkit.from_link(widget.link).x) == (True, "progress")


def test_what_python_cannot_read_leaves_the_value() -> None:
    widget = lrkit.designer(COSINE)
    on_page(widget, text="CosineDecayLR(0, 0.1, 0)")
    assert widget.schedule == COSINE
    assert "decay_steps must be an integer >= 1, got 0" in widget.get_state(["_refusal"])["_refusal"]
    on_page(widget, text="ConstantLR(1)")
    assert (widget.schedule, widget.get_state(["_refusal"])["_refusal"]) == (lrkit.ConstantLR(1), "")


def test_without_a_schedule_there_is_a_first_one() -> None:
    assert lrkit.designer().budget == lrkit.Budget(updates=10_000)
    assert lrkit.designer().schedule == lrkit.CosineDecayLR(0, 0.001, 9500).warmup(500)
    assert lrkit.designer(budget=lrkit.Budget(updates=3)).schedule == lrkit.CosineDecayLR(0, 0.001, 3)


def test_the_page_is_saved(tmp_path: Path) -> None:
    widget = lrkit.designer(COSINE)
    widget.save(tmp_path / "page.html")
    widget.save(str(tmp_path / "again.html"))
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert text == (tmp_path / "again.html").read_text(encoding="utf-8")


def test_the_code_of_a_framework_says_where_it_is_equal() -> None:
    cosine = {"kind": "source", "text": "CosineDecayLR(0.001, 0.1, 90)", "steps": 90}
    torch = answer(lrkit.designer(), framework="torch", **cosine)
    assert (torch["exact"], torch["code"].splitlines()[0]) == (False, "import torch")
    assert torch["says"] == "Equal in a run of 90 steps. Past it, this rises again; the schedule stays at 0.001."
    optax = answer(lrkit.designer(), framework="optax", **cosine)
    assert (optax["exact"], optax["says"]) == (True, "Equal at every step, past the end too.")
    assert optax["code"] == lrkit.as_source(lrkit.parse(cosine["text"]), "optax")
    table = answer(lrkit.designer(), kind="source", framework="keras", text="TableLR([0.1, 0.2])")
    assert table["says"] == "Equal at every step, past the end too, and needs lrkit."


def test_the_findings_are_those_of_lint() -> None:
    question = {"kind": "lint", "text": "CosineDecayLR(0, 1e-3, 75)", "budget": "updates=85"}
    found = answer(lrkit.designer(), **question)["findings"]
    assert found == lrkit.lint(lrkit.CosineDecayLR(0, 1e-3, 75), 85).to_dict()["findings"]
    assert found[0]["code"] == "floor/early"


def test_a_log_is_identified() -> None:
    schedule = lrkit.CosineDecayLR(0, 0.1, 90).warmup(10)
    rows = "".join(f"{step},{schedule(step)!r}\n" for step in range(100))
    found = answer(lrkit.designer(), kind="identify", name="../metrics.csv", text=f"step,learning_rate\n{rows}")
    assert lrkit.parse(found["text"]) == schedule


def test_a_budget_is_counted() -> None:
    text = "samples=1000 batch=300 epochs=3 rounding=hf"
    known = answer(lrkit.designer(), kind="budget", budget=text)["known"][text]
    assert (known["total"], known["epoch"]) == (lrkit.Budget.parse(text).total, lrkit.Budget.parse(text).epoch)


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({}, "the question has no kind"),
        ({"kind": "source", "text": "ConstantLR(1)"}, "the question has no framework"),
        ({"kind": "more"}, "there is no answer to 'more'"),
        ({"kind": "source", "framework": "tf", "text": "ConstantLR(1)"}, "as_source: framework must be one of"),
        ({"kind": "lint", "text": "ConstantLR()"}, "parse: column 1: ConstantLR"),
        ({"kind": "identify", "name": "log.csv", "text": ""}, "read_log: "),
    ],
)
def test_a_question_without_an_answer(question: dict[str, Any], error: str) -> None:
    assert answer(lrkit.designer(), **question)["error"].startswith(error)


def test_bad_values_are_refused() -> None:
    widget = lrkit.designer(COSINE)
    with pytest.raises(TypeError, match="designer: schedule must be a LearningRateSchedule, got 3"):
        lrkit.designer(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="designer: budget must be a Budget or None, got 'updates=3'"):
        lrkit.designer(budget="updates=3")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="designer: schedule must be a LearningRateSchedule, got 'ConstantLR"):
        widget.schedule = "ConstantLR(1)"
    with pytest.raises(TypeError, match="designer: budget must be"):
        widget.budget = 90
    with pytest.raises(TypeError, match="designer: ghosts must be a tuple of schedules"):
        widget.ghosts = COSINE
    with pytest.raises(ValueError, match="designer: at most 4 ghosts are kept, got 5"):
        widget.ghosts = [COSINE] * 5
    assert (widget.schedule, widget.budget, widget.ghosts) == (COSINE, None, ())


def test_without_anywidget_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "anywidget":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest)

    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'lrkit.designer needs anywidget: pip install "lrkit\[notebook\]"'):
        lrkit.designer(COSINE)


class SetLaterLR(lrkit.LearningRateSchedule, kind="set_later"):
    """A class of somebody's, whose formula can be translated."""

    max_lr: Annotated[float, Param("m")]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.max_lr / xp.sqrt(1 + step)


def test_a_class_of_ones_own_that_is_set_later_comes_to_the_page() -> None:
    widget = lrkit.designer(COSINE)
    before = widget.get_state(["_esm"])["_esm"]
    assert "SetLaterLR" not in before
    widget.schedule = COSINE.then(SetLaterLR(0.1), 90)
    after = widget.get_state(["_esm"])["_esm"]
    assert "class SetLaterLR" in after or '"SetLaterLR"' in after
    assert after.endswith("export default { render: lrkitWidget };\n")
    on_page(widget, text="SetLaterLR(0.5)")
    assert (widget.schedule, widget.get_state(["_esm"])["_esm"]) == (SetLaterLR(0.5), after)
    widget.ghosts = [SetLaterLR(0.2)]
    widget.schedule = COSINE
    assert widget.get_state(["_esm"])["_esm"] == after
    widget.ghosts = ()
    assert widget.get_state(["_esm"])["_esm"] == before
