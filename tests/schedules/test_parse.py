"""Expressions: arithmetic of numbers, numbers with names, the lines of a fault, names of other frameworks."""

from __future__ import annotations

import math
import re
import threading
import warnings
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import imported

import lrkit
from lrkit.schedules._parse import makers, parse_number
from lrkit.schedules._suggestions import SYNONYMS, suggest


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("10*391", 3910),
        ("1e4", 10_000),
        ("2.5e3", 2500),
        ("0x10 + 0b1", 17),
        ("1_000", 1000),
        ("-(-5)", 5),
        ("+5", 5),
        ("(3 + 4) * 5 - 6 / 2", 32),
        ("90000 / 9", 10_000),
        ("0.57 * 10000", 5700),  # 5699.999999999999 in floats
        ("0.07 * 10000", 700),  # 700.0000000000001
        ("0.1 * 3 * 10", 3),
        ("1 / 3 * 3", 1),
        ("9007199254740992", 2**53),
    ],
)
def test_a_count_is_exact_arithmetic(text: str, count: int) -> None:
    schedule = lrkit.parse(f"WarmUpLR(0.1, {text})")
    assert schedule == lrkit.WarmUpLR(0.1, count)
    assert type(schedule.warmup_steps) is int
    assert lrkit.parse(f"WarmUpLR(warmup_steps={text}, learning_rate=0.1)") == schedule
    assert parse_number(text) == count
    assert type(parse_number(text)) is int


def test_counts_are_counts_wherever_they_stand() -> None:
    held = lrkit.ConstantLR(0.1)
    assert lrkit.parse("ConstantLR(0.1).hold(1e3)") == held.hold(1000)
    assert lrkit.parse("ConstantLR(0.1).then(ConstantLR(2), 0.5e1)") == held.then(lrkit.ConstantLR(2), 5)
    assert lrkit.parse("ConstantLR(0.1).warmup(warmup_steps=6/2)") == held.warmup(3)
    assert lrkit.parse("ConstantLR(0.1).repeat(1e1, cycles=4/2)") == held.repeat(10, cycles=2)
    assert lrkit.parse("ConstantLR(0.1).shift(-1e1)") == held.shift(-10)
    assert lrkit.parse("linear(0.1, 0, 3e3)") == lrkit.linear(0.1, 0, 3000)
    assert lrkit.parse("JoinLR([ConstantLR(0.1), ConstantLR(2)], (2.0*3,))") == held.then(lrkit.ConstantLR(2), 6)
    assert lrkit.parse("TableLR([1, 2], counts=[1e1, 2e1])") == lrkit.TableLR([1, 2], [10, 20])


NUMBERS = st.integers(0, 999).map(str) | st.floats(0, 1e6).map(repr)


def joined(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(part, st.sampled_from("+-*/"), part).map("({0[0]} {0[1]} {0[2]})".format) | part.map("-{}".format)


@given(st.recursive(NUMBERS, joined, max_leaves=8))
def test_a_rate_is_what_python_computes(text: str) -> None:
    try:
        expected = float(eval(text))
    except ZeroDivisionError:
        with pytest.raises(ValueError, match="divided by 0"):
            lrkit.parse(f"ConstantLR({text})")
        return
    if math.isfinite(expected):
        assert lrkit.parse(f"ConstantLR({text})")(0).hex() == expected.hex()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("WarmUpLR(0.1, 7 / 2)", "column 1: WarmUpLR: warmup_steps must be an integer >= 1, got 3.5"),
        ("WarmUpLR(0.1, 0.1 * 3)", "WarmUpLR: warmup_steps must be an integer >= 1, got 0.3"),
        ("ConstantLR(0.1).warmup(2.5)", "warmup_steps must be an integer >= 1, got 2.5"),
        ("WarmUpLR(0.1, 1e300)", "warmup_steps must be an integer >= 1 and at most 2**53, got an integer of 997 bits"),
        ("WarmUpLR(0.1, 9**9**9)", "column 18: numbers are added, subtracted, multiplied and divided"),
        ("WarmUpLR(0.1, 2**3)", "column 15: numbers are added"),
        ("ConstantLR(7 // 2)", "column 12: only schedules"),
        ("ConstantLR(7 % 2)", "column 12: only schedules"),
        ("ConstantLR(1 << 9)", "column 12: only schedules"),
        ("ConstantLR(~1)", "column 12: only schedules"),
        ("ConstantLR(7 / (2 - 2))", "column 12: 7 divided by 0"),
        ("ConstantLR(1e308 * 10)", "column 12: the result is too large for a float"),
        ("ConstantLR(1e999 - 1e999)", "column 12: the result is too large for a float"),
        ("+ConstantLR(0.1)", "column 1: bad operand type for unary +: 'ConstantLR'"),
        ("ConstantLR(-True)", "column 12: an operator needs numbers and schedules, got True"),
        ("ConstantLR('a' * 1000000000)", "an operator needs numbers and schedules, got 'a'"),
        ("ConstantLR([0] * 1000000000)", "an operator needs numbers and schedules, got [0]"),
        ("ConstantLR(None + 1)", "an operator needs numbers and schedules, got None"),
        ("ConstantLR(" + "9 * " * 600 + "9)", "the result is too large for a float"),
        ("ConstantLR(3 * epoch)", "'epoch' has no number: give names={'epoch': steps_per_epoch}"),
        ("WarmUpLR(lr=1)", "WarmUpLR got an unexpected keyword argument 'lr'; it has learning_rate, warmup_steps"),
        ("ConstantLR(1).warmup(steps=5)", "unexpected keyword argument 'steps'; it has warmup_steps, start_lr"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_and_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        lrkit.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "1" + "+1" * 100_000, "-" * 100_000 + "1", "2" + "**2" * 100_000, "(" * 200 + "1" + ")" * 200,
        "[" * 240 + "]" * 240, "1" + "*(1+1" * 249 + ")" * 249, "9" * 5000, "1e" + "9" * 5000,
        "ConstantLR(1)" + ".hold(1)" * 100_000, "+".join(["(1/3+1/7)"] * 80_000),
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_long_and_deep_texts_are_refused_or_read(text: str) -> None:
    """No crash of the parser, no number of millions of digits."""
    with pytest.raises(ValueError, match=r"^parse: "):
        lrkit.parse(f"WarmUpLR(0.1, {text})")


def test_numbers_have_names() -> None:
    names = {"epoch": 391, "peak": np.float32(0.5)}
    schedule = lrkit.parse("CosineDecayLR(0, peak / 2, 90 * epoch).warmup(epoch)", names)
    assert schedule == lrkit.CosineDecayLR(0, 0.25, 35_190).warmup(391)
    assert lrkit.parse("WarmUpLR(0.1, 1.5 * epoch)", {"epoch": 10}).warmup_steps == 15
    with pytest.raises(ValueError, match="not the name 'epochs'; the numbers with names are epoch"):
        lrkit.parse("WarmUpLR(0.1, epochs)", {"epoch": 10})


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        ([("epoch", 1)], TypeError, "names must be a dict of name to number, got [('epoch', 1)]"),
        ({1: 1}, TypeError, "got the name 1"),
        ({"a b": 1}, ValueError, "'a b' cannot be a number's name: it is no identifier"),
        ({"for": 1}, ValueError, "'for' cannot be a number's name"),
        ({"linear": 1}, ValueError, "'linear' cannot be a number's name: a schedule has it"),
        ({"epoch": "1"}, TypeError, "names['epoch'] must be a finite number, got '1'"),
        ({"epoch": True}, TypeError, "names['epoch'] must be a finite number, got True"),
        ({"epoch": math.nan}, ValueError, "names['epoch'] must be a finite number, got nan"),
        ({"epoch": 10**400}, ValueError, "names['epoch'] must be a finite number"),
    ],
)
def test_names_are_checked(names: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        lrkit.parse("ConstantLR(0.1)", names)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("JoinLR([\n  WarmUpLR(0.1, 5),\n  CosineDecayLR(0, 0.1, 3.5)], [5])", "line 3, column 3: CosineDecayLR: "),
        ("JoinLR([\r\n  WarmUpLR(0.1, 5),\r\n  x], [5])", "line 3, column 3: only schedules"),
        ("\n\n  WarmUpLR(x, 5)", "line 3, column 12: only schedules"),
        ("WarmUpLR(0.1,\n  5", "line 1, column 9: '(' was never closed"),
        ("WarmUpLR(0.1,\n  1if)", "line 2, column 3: '1if' is no number"),
        ("WarmUpLR(0.1,\n  5))", "line 2, column 5: unmatched ')'"),
        ("   WarmUpLR(x, 5)", "parse: column 13: only schedules"),
        ("ConstantLR('é', x)", "parse: column 17: only schedules"),
        ("WarmUpLR(x, 5)\n", "parse: column 10: only schedules"),
        ("", "parse: column 1: the expression is empty"),
    ],
)
def test_a_fault_is_told_by_line_and_column(text: str, where: str) -> None:
    with pytest.raises(ValueError, match=re.escape(where)):
        lrkit.parse(text)


WARNED_OF = ["ConstantLR('\\d')", "ConstantLR(1if 1else 2)", "ConstantLR(0x1for x in y)", "ConstantLR(f'{1or 2}')",
             "ConstantLR(b'\\d')", "'\\d'"]  # fmt: skip


def test_nothing_is_warned_of_and_no_filter_is_touched() -> None:
    """In the whole process there is one list of filters, which threads would restore out of order."""
    before, failures = list(warnings.filters), []

    def work() -> None:
        for text in WARNED_OF * 50:
            try:
                lrkit.parse(text)
            except ValueError:
                continue
            failures.append(text)

    version = warnings._filters_version if hasattr(warnings, "_filters_version") else None  # type: ignore[attr-defined]
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert warnings.filters == before
    assert (warnings._filters_version if version is not None else None) == version  # type: ignore[attr-defined]


# Names of others ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("CosineAnnealingLR", "CosineDecayLR"),
        ("CosineAnealingLR", "CosineDecayLR"),
        ("torch.optim.lr_scheduler.OneCycleLR", "one_cycle"),
        ("cosine", "CosineDecayLR"),
        ("CosineDecay", "CosineDecayLR"),
        ("cosine_decay", "CosineDecayLR"),
        ("cosine_decay_lr", "CosineDecayLR"),
        ("CosinDecayLR", "CosineDecayLR"),
        ("warmup_lr", "WarmUpLR"),
        ("get_cosine_schedule_with_warmup", "CosineDecayLR"),
        ("wsd", "warmup_stable_decay"),
        ("OneCycle", "one_cycle"),
        ("Noam", "noam"),
        ("polynomial", "PolynomialDecayLR"),
        ("__import__", ""),
        ("open", ""),
        ("x", ""),
    ],
)
def test_what_is_meant_by_a_name(theirs: str, ours: str) -> None:
    assert suggest(theirs) == ours
    hint = f"did you mean {ours}?" if ours else "`lrkit list` names them all"
    with pytest.raises(ValueError, match=re.escape(f"is not a schedule; {hint}")):
        lrkit.parse(f"{theirs.rpartition('.')[2]}(1)")


LIKE_OURS = {
    "torch.optim.lr_scheduler": {
        "ConstantLR": "ConstantLR", "LinearLR": "linear", "MultiStepLR": "multi_step", "CyclicLR": "cyclic",
        "OneCycleLR": "one_cycle",
    },
    "optax": {
        "constant_schedule": "ConstantLR", "linear_schedule": "linear", "polynomial_schedule": "PolynomialDecayLR",
        "exponential_decay": "ExponentialDecayLR", "cosine_decay_schedule": "CosineDecayLR",
        "piecewise_constant_schedule": "PiecewiseConstantLR",
    },
    "keras.optimizers.schedules": {
        "CosineDecay": "CosineDecayLR", "ExponentialDecay": "ExponentialDecayLR",
        "PolynomialDecay": "PolynomialDecayLR",
    },
    "transformers": {"get_constant_schedule": "ConstantLR", "get_inverse_sqrt_schedule": "inverse_sqrt"},
    "timm.scheduler": {"MultiStepLRScheduler": "multi_step", "StepLRScheduler": "step_decay"},
    "": {
        "constant": "ConstantLR", "cosine": "CosineDecayLR", "cosine_annealing": "CosineDecayLR",
        "exponential": "ExponentialDecayLR", "join": "JoinLR", "multistep": "multi_step", "onecycle": "one_cycle",
        "poly": "PolynomialDecayLR", "polynomial": "PolynomialDecayLR", "sgdr": "cosine_restarts",
        "step": "step_decay", "table": "TableLR", "tanh": "TanhDecayLR", "warmup": "WarmUpLR",
        "wsd": "warmup_stable_decay",
    },
}  # fmt: skip
"""Names that need no synonym: they are our own, or another of them, but for their endings."""


@pytest.mark.parametrize("module", [module for module in SYNONYMS if module])
def test_the_names_of_a_framework_are_its_own(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    package = module.partition(".")[0]
    (imported if package in ("timm", "transformers") else pytest.importorskip)(package)
    theirs = import_module(module)
    for name in SYNONYMS[module] | LIKE_OURS[module]:
        assert hasattr(theirs, name)


def test_every_name_leads_to_a_schedule() -> None:
    for names in (*SYNONYMS.values(), *LIKE_OURS.values()):
        for theirs, ours in names.items():
            assert ours in makers()
            assert suggest(theirs) == ours
