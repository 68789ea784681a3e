"""The parser in JavaScript reads what `lrkit.parse` reads, and refuses what it refuses, at the same place."""

from __future__ import annotations

import random

import numpy as np
import pytest
from drawn_schedules import CLASSES, call, rates, schedule, written
from javascript import ask

from lrkit import LearningRateSchedule, catalogue, parse

pytestmark = pytest.mark.browser

NAMES = {"total": 10_000, "epoch": 391, "lr": 0.05}
METHODS = (
    "{}.warmup({n})", "{}.clip({x})", "{}.clip(max_lr={x})", "{}.shift(-{n})", "{}.stretch({x})", "{}.hold({n})",
    "{}.repeat({n}, 3, gamma={x})", "{}.every({n})", "{}.then({other}, {n})", "{}.minimum({other})", "2 * {} + {other}",
    "{} * {other}", "1 - {}", "-{} / 3", "{} ** {x}", "({} + 1) - {other}", "{}.maximum({other}, {other})",
)  # fmt: skip
WRITTEN_BY_HAND = (
    "CosineDecayLR(0, 3e-4, 9e3).warmup(1e3)",
    "CosineDecayLR(0, 0.1 * 256 / 512, 90 * epoch)",
    "CosineDecayLR(0, lr, decay_steps=0.57 * total)",
    "lrkit.WarmUpLR(.1, 0x1F4)  # a comment",
    "WarmUpLR(1_0.0, (1 + 2) * 3)\n",
    "  JoinLR(\n [WarmUpLR(1, 5),\n  ConstantLR(1)],\n (5,),)",
    "ConstantLR(--1)",
    "ConstantLR(-2 * -3 - -1)",
    "ConstantLR(7 / 3 / 2)",
    "ConstantLR(9007199254740993 / 3)",
    "ConstantLR(123456789012345678901234567890)",
    "PiecewiseConstantLR([1e1, 20, 90000 / 9], (1, 2, 3))",
    "cooldown(10, '1-' 'sqrt')",
    "ExponentialDecayLR(1, .5, 10, True)",
    "TableLR([0.0, -0.0, 1e-5, 1e16, 1.5e300], None)",
    "WarmUpLR(1, 3.0000000000000000001)",
    "WarmUpLR(1, (0.1 + 0.2) * 10)",
)
REFUSED = (
    "", "  ", "# nothing", "WarmUpLR", "WarmUpLR(1, 007)", "WarmUpLR(1, 1e16 + 0.5)", "WarmUpLR(1, 2 ** 3)",
    "WarmUpLR(1, 5) + 'x'", "WarmUpLR(1, 5", "WarmUpLR(1, 5))", "WarmUpLR 5", "1 + 1", "[WarmUpLR(1, 5)]",
    "WarmUpLR(1, 5).foo(3)", "foo(3)", "foo", "epoch", "lr", "lr(3)", "3 .warmup(4)", "lambda: 3", "x if y else z",
    "WarmUpLR(*[1, 5])", "WarmUpLR(**{})", "WarmUpLR(1, warmup_steps=5, warmup_steps=6)", "WarmUpLR(1, 5, 6)",
    "WarmUpLR(1, learning_rate=2)", "WarmUpLR(learning_rate=1, 5)", "WarmUpLR(1, wrong=5)", "WarmUpLR()", "noam(1)",
    "noam(1, 2, 3, 4, 5)", "noam(1, 2, d_model=3)", "noam(1, 2, wrong=3)", "ConstantLR(1j)", "ConstantLR(1.5x)",
    "ConstantLR(r'x')", "ConstantLR('\\\\n')", "ConstantLR(1/0)", "ConstantLR(1e308 * 10)", "ConstantLR(1e400)",
    "ConstantLR(True + 1)", "+ConstantLR(1)", "ConstantLR(1) // 2", "ConstantLR(1).then(3)", "ConstantLR(1).then()",
    "ConstantLR(1)\n+ ConstantLR(2)", "ConstantLR(1) % 2", "not ConstantLR(1)", "ConstantLR(1)(2)", "ConstantLR(1)[0]",
    "ConstantLR(1).then(ConstantLR(2), 3, 4)", "ConstantLR(1).warmup(1.5)", "ConstantLR(1).kind", "None", "{1: 2}",
    "__import__('os').system('ls')", "ConstantLR(1) and 2", "ConstantLR(1) < 2", "ConstantLR(f'{1}')", "(" * 300,
    "ConstantLR(1).minimum(3)", "ConstantLR(1).clip()", "SumLR([ConstantLR(1), 2])", "ConstantLR(ConstantLR(1))",
)  # fmt: skip


def expression(rng: random.Random) -> str:
    name = rng.choice([*CLASSES, *catalogue.FUNCTIONS])
    text = repr(schedule(rng, 1)) if rng.random() < 0.5 else written(name, call(rng, name, depth=0)[0])
    if rng.random() < 0.6:
        numbers = {"n": rng.choice([1, 7, "1e2", "3 * epoch", 0, 2.5]), "x": rng.choice([0.5, 2, "lr", "1e-3"])}
        text = rng.choice(METHODS).format(text, other=repr(schedule(rng, 0)), **numbers)
    return text


def damaged(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text))
    return rng.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + rng.choice("()[],.=+-*/'0 e_:") + text[at:],
            text[:at],
            text[:at] + text[at:].replace("LR(", "(", 1),
        ]
    )


def read(text: str) -> LearningRateSchedule | str:
    try:
        return parse(text, NAMES)
    except (ValueError, TypeError) as error:
        return str(error)


def same(one: LearningRateSchedule, other: LearningRateSchedule) -> bool:
    """Equal, but for a constant that is a power of others, and for a join of what a function of the catalogue joins."""
    at = np.linspace(0, 2 * other.horizon, 20)
    found, expected = rates(one, at.tolist()), rates(other, at.tolist())
    return one == other or np.allclose(
        found, expected, rtol=0, atol=1e-12 * np.nanmax(np.abs(expected)), equal_nan=True
    )


def test_texts_whole_and_damaged() -> None:
    rng = random.Random(90)
    texts = [expression(rng) for _ in range(400)]
    texts = [*WRITTEN_BY_HAND, *REFUSED, *texts, *(damaged(rng, text) for text in texts)]
    literally = refused = 0
    for text, answer in zip(
        texts, ask([{"what": "text", "text": text, "names": NAMES} for text in texts]), strict=True
    ):
        expected = read(text)
        if isinstance(expected, str):
            assert "refused" in answer, (text, expected, answer)
            refused += 1
            literally += answer["refused"] == expected
        else:
            assert "text" in answer, (text, answer)
            assert same(parse(answer["text"]), expected), text
    assert refused > 150
    assert literally / refused > 0.7  # of what is no Python, Python says more than "invalid syntax"


def test_where_it_is_wrong() -> None:
    [answer] = ask([{"what": "text", "text": "ConstantLR(1) + WarmUpLR(1, 0)"}])
    assert answer["position"] == len("ConstantLR(1) + ")
    assert answer["refused"] == read("ConstantLR(1) + WarmUpLR(1, 0)")
