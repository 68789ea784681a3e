"""Everything that has rates, given to each function that draws or compares: the same curve each time.

The expected rates are those of a warm-up of four steps to 0.1, by hand; what is no such thing is refused in words of
this package.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from stand_ins import sgd

import lrkit
from lrkit import lr_scheduler as lrs
from lrkit import optim_ex
from lrkit._recipes import Recipe
from lrkit.chart import Curve
from lrkit.plotting import renderers
from lrkit.runs.log import LoggedRates, LoggedSeries
from lrkit.runs.match import Match, Matches
from lrkit.runs.reading import read_log

RATES = [0.0, 0.025, 0.05, 0.075, 0.1]
RAMP = lrkit.WarmUpLR(0.1, 4)
TABLE = "step,lr\n" + "".join(f"{step},{rate!r}\n" for step, rate in enumerate(RATES))


def read() -> LoggedRates:
    return read_log(io.StringIO(TABLE))


def recipe() -> Recipe:
    told = {"expression": "WarmUpLR(0.1, 4)", "source": "nowhere", "stated": {"peak": "0.1"}, "open": ()}
    shape = {"lengths": {"warmup": "4"}, "max_lr": 0.1, "form": ("WarmUpLR(0.1, {warmup})", 0.1)}
    return Recipe("mine", "Mine", schedule=RAMP, steps=5, unit="step", **told, **shape)


def bound(optimizer: Any) -> Any:
    """An optimizer, with a scheduler that is bound to it and kept."""
    optimizer.kept = lrs.ScheduleLR(optimizer, RAMP)
    return optimizer


def bound_in_torch(optimizer: Any) -> Any:
    torch = pytest.importorskip("torch")
    optimizer.kept = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(step, 4) / 4)
    return optimizer


def match() -> Match:
    [series] = read().series
    return Match(RAMP, series, 0, 1, np.zeros(5, np.int64), (0, 5), "exact", {"warmup_steps": (4, 4)}, True)


def path(folder: Path) -> Path:
    (folder / "run.csv").write_text(TABLE)
    return folder / "run.csv"


THINGS: dict[str, Callable[[Path], Any]] = {
    "schedule": lambda _: RAMP,
    "list": lambda _: list(RATES),
    "tuple": lambda _: tuple(RATES),
    "array": lambda _: np.array(RATES),
    "list of arrays without dimension": lambda _: [np.array(rate) for rate in RATES],
    "tensor": lambda _: pytest.importorskip("torch").tensor(RATES, requires_grad=True, dtype=float),
    "array of JAX": lambda _: pytest.importorskip("jax").numpy.array(RATES),
    "dict": lambda _: {"mine": RAMP},
    "dict of list": lambda _: {"mine": RATES},
    "list of one": lambda _: [RAMP],
    "list of lists": lambda _: [RATES],
    "recipe": lambda _: recipe(),
    "function": lambda _: lambda step: 0.1 * min(step, 4) / 4,
    "schedule of optax": lambda _: pytest.importorskip("optax").linear_schedule(0.0, 0.1, 4),
    "scheduler": lambda _: lrs.ScheduleLR(SimpleNamespace(param_groups=[{"lr": 1.0}]), RAMP),
    "scheduler for torch": lambda _: lrkit.to_torch(RAMP, sgd(1.0)),
    "scheduler of torch": lambda _: bound_in_torch(sgd(0.1)).kept,
    "optimizer of torch": lambda _: bound_in_torch(sgd(0.1, 0.1)),
    "optimizer of torch, bound to ours": lambda _: bound(sgd(1.0)),
    "optimizer": lambda _: lrkit.Adam([lrkit.Parameter([1.0])], learning_rate=RAMP),
    "optimizer with a list": lambda _: lrkit.SGD([lrkit.Parameter([1.0])], learning_rate=RATES),
    "optimizer with groups": lambda _: bound(optim_ex.SGD([{"params": [lrkit.Parameter([1.0])]}], lr=0.5)),
    "log": lambda _: read(),
    "series": lambda _: read()["lr"],
    "path": path,
    "match": lambda _: match(),
    "matches": lambda _: Matches([match()]),
}
LOGS = ("log", "series", "path")
SINGLE = ("array of JAX", "schedule of optax")
"""In float32."""


@pytest.fixture(autouse=True)
def _pictures_as_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a function draws is what it returns: a `Chart`, or `Panels`."""
    data = SimpleNamespace(draw=lambda chart, *_, **__: chart, draw_panels=lambda panels, *_, **__: panels.charts)
    monkeypatch.setattr(renderers, "renderer", lambda _backend: data)


def at_whole_steps(curve: Curve) -> list[float]:
    return curve.rates[curve.steps % 1 == 0].tolist()


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "plot": lambda thing: lrkit.plot(thing, steps=5),
    "plot beside another": lambda thing: lrkit.plot(thing, 0.5 * RAMP, steps=5),
    "plot_grid": lambda thing: lrkit.plot_grid(thing, steps=5)[0],
    "plot_grid beside another": lambda thing: lrkit.plot_grid([thing, RAMP], steps=5)[0],
    "plot_groups": lambda thing: lrkit.plot_groups(thing if isinstance(thing, dict) else {"a": thing}, steps=5)[0],
    "plot_groups of dicts": lambda thing: lrkit.plot_groups([{"lr": thing}], steps=5)[0],
    "plot_diff": lambda thing: lrkit.plot_diff(thing, 0.5 * RAMP, steps=5)[0],
}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("name", THINGS)
def test_each_function_draws_each_thing(name: str, function: str, tmp_path: Path) -> None:
    if name == "tuple" and function.startswith("plot_groups"):
        return  # each item of a tuple is a hyper-parameter of its own there
    curves = FUNCTIONS[function](THINGS[name](tmp_path)).curves
    drawn = curves[-1 if name in LOGS and function == "plot_diff" else 0]
    assert drawn.logged == (name in LOGS)
    assert at_whole_steps(drawn)[:5] == pytest.approx(RATES, abs=1e-8 if name in SINGLE else 1e-16)


@pytest.mark.parametrize("name", THINGS)
def test_each_thing_is_compared(name: str, tmp_path: Path) -> None:
    thing = THINGS[name](tmp_path)
    for found in (lrkit.diff(thing, RAMP, 5), lrkit.diff(RAMP, thing, 5)):
        assert (found.first_row if name in LOGS else found.first_step) is None
        assert isinstance(found, lrkit.LogDifference if name in LOGS else lrkit.Difference)
    other = lrkit.diff(2 * RAMP, thing, 5)
    assert not other.same
    assert (other.first_row if name in LOGS else other.first_step) == 1


def test_two_logs_are_drawn_together_and_not_compared() -> None:
    assert [curve.logged for curve in lrkit.plot(read(), read()).curves] == [True, True]
    for function in (lrkit.diff, lrkit.plot_diff):
        with pytest.raises(TypeError, match="a and b are both logs: give a plan in the place of one of them"):
            function(read(), read())


def test_an_optimizer_without_a_scheduler_has_its_rates_and_with_two_is_refused() -> None:
    optimizer = sgd(0.1, 0.3)
    assert [curve.rates[0] for curve in lrkit.plot(optimizer).curves] == [0.1, 0.3]
    kept = [lrs.ExponentialLR(optimizer, 0.9) for _ in range(2)]
    message = r"plot: cannot draw SGD: 2 schedulers are bound to it \(ExponentialLR, ExponentialLR\); give the one that"
    with pytest.raises(ValueError, match=message):
        lrkit.plot(optimizer)
    assert lrkit.plot(kept[0]).curves
    torch = pytest.importorskip("torch")
    theirs = torch.optim.lr_scheduler
    joined = sgd(0.1)
    parts = [theirs.ConstantLR(joined, 0.5, 3), theirs.ExponentialLR(joined, 0.5)]
    joined.kept = theirs.SequentialLR(joined, parts, [3])  # its parts are bound too
    assert at_whole_steps(lrkit.plot(joined, steps=5).curves[0]) == pytest.approx([0.05, 0.05, 0.05, 0.1, 0.05])


class Failing:
    """Whatever is asked of it fails."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"no {name}")

    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class Array:
    def __array__(self, *_: Any, **__: Any) -> Any:
        raise KeyError("no array")


def itself() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


ODD: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "empty text": lambda: "",
    "text": lambda: "0.1",
    "bytes": lambda: b"0.1",
    "NaN": lambda: math.nan,
    "empty dict": dict,
    "empty list": list,
    "empty tuple": tuple,
    "empty array": lambda: np.array([]),
    "dict of an empty dict": lambda: {"a": {}},
    "dict of dict of dict": lambda: {"a": {"lr": {"b": RAMP}}},
    "list of itself": itself,
    "list of NaN": lambda: [0.1, math.nan],
    "list of bools": lambda: [True, False],
    "list of None": lambda: [None],
    "list with a text": lambda: [0.1, "a"],
    "array of infinity": lambda: np.array([math.inf]),
    "array of texts": lambda: np.array(["a"]),
    "array of two dimensions": lambda: np.ones((2, 2)),
    "array of None": lambda: np.array([None], object),
    "complex number": lambda: 1j,
    "set": lambda: {1},
    "object": object,
    "class": lambda: lrkit.WarmUpLR,
    "module": lambda: math,
    "generator": lambda: (rate for rate in RATES),
    "function of nothing": lambda: lambda: 0.1,
    "function that gives a text": lambda: lambda step: "x",
    "function that gives NaN": lambda: lambda step: math.nan,
    "function that fails": lambda: lambda step: {}[step],
    "optimizer without groups": lambda: SimpleNamespace(param_groups=[]),
    "optimizer without rate": lambda: SimpleNamespace(param_groups=[{}]),
    "optimizer with a text": lambda: SimpleNamespace(param_groups=[{"lr": "x"}]),
    "optimizer with None": lambda: SimpleNamespace(param_groups=[None]),
    "plateau": lambda: lrs.ReduceLROnPlateau(SimpleNamespace(param_groups=[{"lr": 0.1}])),
    "object that fails": Failing,
    "array that fails": Array,
    "path of nothing": lambda: Path("nosuch.csv"),
    "log without a series": lambda: LoggedRates("a", "b", ()),
    "series without a row": lambda: LoggedSeries("lr", "lr", {"step": np.array([])}, np.array([]), ()),
    "no match": lambda: Matches([], ("lines",)),
}
REFUSING: dict[str, Callable[[Any], Any]] = {
    "plot": lambda thing: lrkit.plot(thing, steps=5),
    "plot_grid": lambda thing: lrkit.plot_grid(thing, steps=5),
    "plot_groups": lambda thing: lrkit.plot_groups([{"lr": thing}], steps=5),
    "plot_diff": lambda thing: lrkit.plot_diff(RAMP, thing, steps=5),
    "diff": lambda thing: lrkit.diff(thing, RAMP, 5),
}


@pytest.mark.parametrize("function", REFUSING)
@pytest.mark.parametrize("name", ODD)
def test_what_has_no_rates_is_refused_in_our_words(name: str, function: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    odd = ODD[name]()
    with pytest.raises((TypeError, ValueError)) as refused:
        REFUSING[function](odd)
    assert str(refused.value).partition(":")[0] in (function, "record")


def test_a_closed_scheduler_of_torch_is_refused_in_our_words() -> None:
    torch = pytest.importorskip("torch")
    optimizer = sgd(0.1)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
    optimizer.param_groups.clear()
    for function, call in REFUSING.items():
        with pytest.raises((TypeError, ValueError), match=rf"^({function}|record|from_torch): "):
            call(scheduler)
