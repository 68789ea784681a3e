"""The plain function that the page writes by itself, in Python and in JavaScript, for every kind and function."""

from __future__ import annotations

import random
from typing import Annotated, Any

import numpy as np
import pytest
from drawn_schedules import CLASSES, call, schedule, steps, written
from javascript import EXPORTS, ask, packed, unpacked

import lrkit
from lrkit import Param
from lrkit.catalogue import FUNCTIONS
from lrkit.javascript.build import ROOM, bundle, own_module

pytestmark = pytest.mark.browser

PRINTED = "  printed({ text, language }) { return { text: core.printed(parse(text), language) }; },"
MORE = (
    "PiecewiseConstantLR([700, 900], [1, 2]).stretch(0.07).every(3)",
    "cosine_restarts(0, 1e-3, 250, multiplier=2.0, gamma=0.8)",
    "RepeatLR(TableLR([1, 2, 3]), 10, 4, 1.5)",
    "PolynomialDecayLR(1, 0.1, 70, 0.5, True) * noise(100)",
    "CosineDecayLR(0, 1, 100).clip(0.2, 0.9).shift(-3).hold(80)",
    "PiecewiseLinearLR([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]).stretch(50) * 2",
    "JoinLR([ConstantLR(1), ConstantLR(2), ConstantLR(3)], [0, 10])",
)


class Late(lrkit.LearningRateSchedule):
    """A formula on a clock that begins below 0, where the first part and the bound are met."""

    max_lr: Annotated[float, Param("m", typical=(0, 1))]

    def formula(self, step: Any, xp: Any) -> Any:
        risen = xp.piecewise(step - 50, (0, 10), (lambda t: 0.25, lambda t: rising(t, 10), lambda t: 2.0))
        return self.max_lr * risen + xp.maximum(step - 70, 0) % 7


def rising(t: Any, over: int) -> Any:
    return 0.5 + t / over


class Turning(lrkit.LearningRateSchedule):
    """A formula that asks which way to go at a step: it has no text."""

    max_lr: Annotated[float, Param("m", typical=(0, 1))]

    def formula(self, step: Any, xp: Any) -> Any:
        if step > 3:
            return self.max_lr
        return 2 * self.max_lr


class Choosing(lrkit.LearningRateSchedule):
    """The same as an expression, which has one."""

    max_lr: Annotated[float, Param("m", typical=(0, 1))]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.max_lr if step > 3 else 2 * self.max_lr


def drawn(seed: int, nested: int) -> list[tuple[str, lrkit.LearningRateSchedule]]:
    """Calls as texts, of which each kind and function is one, and what they make."""
    rng = random.Random(seed)
    calls = [(name, *call(rng, name, depth=1)) for name in [*CLASSES, *FUNCTIONS]]
    made = [(written(name, given), one) for name, given, one in calls]
    deep = [schedule(rng, 3) for _ in range(nested)] + list(map(lrkit.parse, MORE))
    return [*made, *((repr(one), one) for one in deep)]


def texts(cases: Any, language: str, core: str = "") -> list[str]:
    asked = [{"what": "printed", "text": text, "language": language} for text, _ in cases]
    return [answer["text"] for answer in ask(asked, PRINTED, core)]


def function_of(text: str) -> Any:
    names: dict[str, Any] = {}
    exec(text, names)
    return names["learning_rate"]


def check_python(cases: Any, texts: list[str], seed: int) -> None:
    """The rates are those of lrkit's own function at numbers, to the bit."""
    rng, equal = random.Random(seed), []
    for (_, made), text in zip(cases, texts, strict=True):
        function, own = function_of(text), function_of(lrkit.as_source(made, "python"))
        for at in steps(rng, made, (), 12):
            for step in (int(at), at):
                try:
                    expected = own(step)
                except ArithmeticError:  # too large for a float
                    continue
                found = function(step)
                equal.append(found == expected)
                assert equal[-1] or abs(found - expected) < 1e-15 * abs(made.horizon + abs(expected)), (made, step)
    assert np.mean(equal) > 0.999  # but for powers, which C does not always round to the nearest


def test_python_has_the_rates_of_lrkit_to_the_bit() -> None:
    cases = drawn(seed=3, nested=40)
    check_python(cases, texts(cases, "python"), seed=4)


def test_javascript_has_the_rates_of_the_page_to_the_bit() -> None:
    cases = drawn(seed=5, nested=20)
    functions = ",\n".join(f"(() => {{\n{text}\nreturn learningRate; }})()" for text in texts(cases, "javascript"))
    own = f"""
  run({{ text, which, at }}) {{
    return {{ found: rates(steps(at).map(functions[which])), ours: rates(parse(text).rates(steps(at))) }};
  }},
}};
const functions = [
{functions}
];
const rest = {{"""
    at = packed(np.arange(0, 5000, 7.25))
    answers = ask([{"what": "run", "text": text, "which": k, "at": at} for k, (text, _) in enumerate(cases)], own)
    for (text, _), answer in zip(cases, answers, strict=True):
        np.testing.assert_array_equal(unpacked(answer["found"]), unpacked(answer["ours"]), err_msg=text)


def test_its_text_is_what_one_would_write() -> None:
    cases = [(text, None) for text in ("warmup_stable_decay(3e-4, 500, 7500, 2000)", "multi_step(0.1, [30, 60])")]
    assert texts(cases, "python") == [
        "# warmup_stable_decay(max_lr=0.0003, warmup_steps=500, stable_steps=7500, decay_steps=2000)\n"
        "def learning_rate(step):\n"
        "    if step < 500:\n"
        "        return 0.0003 * step / 500\n"
        "    if step < 8000:\n"
        "        return 0.0003\n"
        "    a = step - 8000\n"
        "    if a < 2000:\n"
        "        return 0.0003 * (-(a / 2000) + 1.0)\n"
        "    return 0.0",
        "# multi_step(learning_rate=0.1, milestones=[30, 60])\n"
        "def learning_rate(step):\n"
        "    if step < 30:\n"
        "        return 0.1\n"
        "    if step < 60:\n"
        "        return 0.010000000000000002\n"
        "    return 0.0010000000000000002",
    ]
    assert texts(cases[1:], "javascript")[0].splitlines()[1:] == [
        "function learningRate(step) {",
        "  if (step < 30) return 0.1;",
        "  if (step < 60) return 0.010000000000000002;",
        "  return 0.0010000000000000002;",
        "}",
    ]


def test_a_formula_of_ones_own_is_written_and_one_that_branches_is_refused() -> None:
    late, turning, choosing = Late(0.5), Turning(0.5), Choosing(0.5)
    core = bundle(ROOM / "parse.js", ROOM / "printed.js", exports=EXPORTS, own=own_module(late, turning, choosing))
    cases = [(repr(late), late), (repr(choosing), choosing)]
    for (_, made), text in zip(cases, texts(cases, "python", core), strict=True):
        assert list(map(function_of(text), range(100))) == [made(step) for step in range(100)]
    refused = ask([{"what": "printed", "text": repr(turning), "language": "python"}], PRINTED, core)[0]["refused"]
    assert refused == "its formula branches on the step, and cannot be written as a function"


def test_torch_is_given_a_scheduler_with_the_rates() -> None:
    torch = pytest.importorskip("torch")
    made = lrkit.warmup_stable_decay(3e-4, 5, 75, 20, 3e-5, shape="1-sqrt")
    (text,) = texts([(repr(made), made)], "torch")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    names: dict[str, Any] = {"optimizer": optimizer}
    exec(text, names)
    found = []
    for _ in range(120):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        names["scheduler"].step()
    assert found == [made(step) for step in range(120)]
    assert "lrkit" not in text
