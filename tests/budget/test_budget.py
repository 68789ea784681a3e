"""`Budget`: its numbers by hand, what they keep to one another, what it says, and what it refuses."""

from __future__ import annotations

import copy
import math
import pickle
import re
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

import lrkit
from lrkit import Budget, Position
from lrkit.budget import ROUNDINGS
from lrkit.budget.given import DEFAULTS

EVEN = Budget(samples=1.28e6, batch=32, processes=8, epochs=90)
UNEVEN = Budget(samples=1000, batch=300, epochs=3, sequence=10, updates_per_second=0.5)


def test_numbers() -> None:
    """1,280,000 / 256 = 5,000."""
    assert (EVEN.total, EVEN.epoch, EVEN.epochs(5), EVEN.batch_size) == (450_000, 5_000, 25_000, 256)
    assert (EVEN.samples(256_000), EVEN.samples(256_001), EVEN.part(0.03), EVEN.part(0)) == (1000, 1001, 13_500, 0)
    assert EVEN.at(7_500) == Position(7_500, 1.5, 1_920_000, None, None)


def test_an_incomplete_batch_counts_what_it_has() -> None:
    """Batches of 300, 300, 300 and 100; half an update a second."""
    assert (UNEVEN.total, UNEVEN.tokens(9_001), UNEVEN.tokens(10_001), UNEVEN.hours(0.01)) == (12, 4, 5, 18)
    assert [UNEVEN.at(t).samples for t in range(6)] == [0, 300, 600, 900, 1000, 1300]
    assert UNEVEN.at(9) == Position(9, 2.25, 2300, 23_000, 0.005)
    assert str(UNEVEN.at(9)) == "step 9, epoch 2.25, 2,300 samples, 23,000 tokens, 0.005 hours"


def test_decimal_numbers_are_taken_as_they_are_written() -> None:
    """In floats 0.07 * 100 is 7.000000000000001; the Trainer rounds that up to 8, and loops with int() down to 7."""
    parts = {name: Budget(updates=100, rounding=name).part(0.07) for name in ("exact", "hf", "accelerate")}
    assert parts == {"exact": 7, "hf": math.ceil(100 * 0.07), "accelerate": int(100 * 0.07)}
    assert parts["hf"] == 8
    assert Budget(updates=100, rounding="accelerate").part(0.29) == int(100 * 0.29) == 28
    assert Budget(updates=100).part(0.29) == 29


@pytest.mark.parametrize(
    ("told", "total"),
    [
        ({"batches": 10, "epochs": 3, "accumulation": 4}, 9),  # 4, 4 and 2 batches in an epoch
        ({"batches": 10, "epochs": 3, "accumulation": 4, "rounding": "keras"}, 7),  # 30 / 4
        ({"batches": 10, "epochs": 3, "accumulation": 4, "rounding": "hf_4_45"}, 6),
        ({"samples": 50, "batch": 8}, 7),
        ({"samples": 50, "batch": 8, "drop_last": True}, 6),
        ({"samples": 50, "batch": 8, "rounding": "timm"}, 6),
        ({"samples": 50, "batch": 8, "epochs": 2, "rounding": "megatron"}, 12),  # 100 / 8
        ({"samples": 50, "batch": 8, "epochs": 0.5}, 4),
        ({"samples": 15, "batch": 4, "processes": 4, "drop_last": True, "rounding": "lightning"}, 1),  # 4 each, padded
        ({"samples": 50, "batch": 8, "tokens": 1000, "sequence": 10}, 14),  # 100 samples: 50 are 7 updates
        ({"batches": 7, "batch": 8, "samples": 100}, 13),  # 100 / 8
        ({"tokens": 1005, "sequence": 10, "batch": 3}, 34),  # 100 samples
        ({"hours": 0.5, "updates_per_second": 1.001}, 1801),
        ({"updates": 5, "batch": 7, "samples": 35}, 5),
        ({"updates": 10, "epochs": 2, "samples": 10, "batch": 2}, 10),
        ({"updates": 1e6}, 1_000_000),
        ({"samples": np.int64(10), "batch": np.float32(5)}, 2),
    ],
)
def test_lengths(told: dict[str, Any], total: int) -> None:
    assert Budget(**told).total == total


def test_values() -> None:
    for b in (EVEN, UNEVEN, Budget(updates=10, batch=8, ramp="2 2 30"), Budget(samples=1e4, epochs=0.1, rounding="hf")):
        assert eval(repr(b), {"Budget": Budget}) == b == Budget.parse(b.text)
        assert hash(pickle.loads(pickle.dumps(b))) == hash(copy.deepcopy(b)) == hash(b)
    assert EVEN != UNEVEN
    assert repr(EVEN) == "Budget(samples=1280000, epochs=90, batch=32, processes=8)"
    with pytest.raises(AttributeError):
        EVEN.given = UNEVEN.given  # type: ignore[misc]


def test_text() -> None:
    assert Budget.parse("samples=128*10000 batch=32 processes=8 epochs=90") == EVEN
    ramp = Budget.parse("samples=220e6 batch=2048 ramp=192,16,9765625 rounding=megatron drop_last=false")
    assert ramp.ramp == "192 16 9765625"
    assert Budget.parse("tokens=1e12 sequence=4096 ramp=0:256,10B:512").ramp == "0:256 10000000000:512"


# What it says ----------------------------------------------------------------------------------------------------


def test_the_sentence_can_be_checked() -> None:
    b = Budget(samples=1.2e6, batch=16, processes=8, accumulation=4, epochs=3, rounding="hf", sequence=512)
    assert str(b) == (
        "3 epochs of 1,200,000 samples in batches of 16 on 8 processes, 4 accumulated "
        "(16 x 8 x 4 = 512 samples an update), as rounded by transformers' Trainer: "
        "1,200,000 / (16 x 8) = 9,375 batches an epoch; 9,375 / 4 = 2,343.75, rounded up to 2,344 updates an epoch; "
        "2,344 x 3 = 7,032 updates; 7,032 updates see 3,600,000 samples; 3,600,000 x 512 = 1,843,200,000 tokens."
    )


FORMS: list[dict[str, Any]] = [
    {"samples": 1000, "batch": 7, "accumulation": 3, "epochs": 2.5},
    {"samples": 1000, "batch": 7, "processes": 3, "epochs": 2, "drop_last": True},
    {"tokens": 100_005, "sequence": 10, "batch": 64},
    {"batches": 100, "epochs": 7},
    {"updates": 500, "batch": 8},
    {"batches": 100, "samples": 5000, "batch": 8},
]


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("form", range(len(FORMS)))
def test_every_equation_in_a_sentence_is_true(rounding: str, form: int) -> None:
    """Each ``left = right`` is computed again; where the result is rounded, the rounded one is within 1 of it."""
    b = Budget(**FORMS[form], rounding=rounding)
    sentence = str(b)
    assert f"{b.total:,} update" in sentence
    equations = re.findall(r"([\d.,]+(?: tokens| samples)?(?: [x/] (?:\([^)]*\)|[\d.,]+))+) = ([\d.,]*\d)", sentence)
    assert equations or form == 4
    for left, right in equations:
        value = eval(re.sub(r"[a-z]{2,}|,", "", left).replace("x", "*"))
        assert value == pytest.approx(float(right.replace(",", "")), rel=1e-5), sentence
    for value, way, whole in re.findall(r"= ([\d.,]+), rounded (up|down) to ([\d,]+)", sentence):
        distance = float(whole.replace(",", "")) - float(value.replace(",", ""))
        assert 0 < (distance if way == "up" else -distance) < 1, sentence


def test_every_rounding_names_its_source() -> None:
    assert all(rules.title and rules.source for rules in ROUNDINGS.values())
    assert all(f'"{name}"' in (Budget.__doc__ or "") for name in ROUNDINGS)


def test_a_notebook_shows_its_numbers() -> None:
    card = UNEVEN._repr_html_()
    for told in ("12", "3,000", "30,000", "an update", "no framework", str(UNEVEN)):
        assert told in card


# Positions -------------------------------------------------------------------------------------------------------

COUNT = st.integers(1, 50)


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    batch, processes = draw(COUNT), draw(st.integers(1, 5))
    return Budget(
        samples=draw(st.integers(batch * processes, 2000 + batch * processes)),
        batch=batch,
        processes=processes,
        accumulation=draw(st.integers(1, 6)),
        epochs=draw(st.integers(6, 12)),
        drop_last=draw(st.booleans()),
        sequence=draw(COUNT),
        updates_per_second=draw(st.floats(1e-3, 1e3)),
        rounding=draw(st.sampled_from([*ROUNDINGS])),
    )


@given(budgets(), st.integers(0, 10**6))
def test_positions_agree_and_come_back(b: Budget, step: int) -> None:
    for unit, field in {"sample": "samples", "token": "tokens", "epoch": "epoch", "hour": "hours"}.items():
        steps = np.array([step, 0, 1, step + 1, step + 0.5])
        found = b.position(steps, unit)  # type: ignore[arg-type]
        assert found[0] == pytest.approx(getattr(b.at(step), field), rel=1e-15)
        assert found[1] == 0
        assert found[0] < found[4] < found[3]
        back = b.steps_at(found, unit)  # type: ignore[arg-type]
        np.testing.assert_array_equal(back[:4], steps[:4])
        np.testing.assert_allclose(back, steps, rtol=1e-9)
    assert b.position([step], "sample")[0] == b.at(step).samples


@given(budgets())
def test_lengths_and_positions_agree(b: Budget) -> None:
    seen = b.at(b.total).samples
    assert b.samples(seen) == b.total
    assert b.tokens(seen * (b.sequence or 0)) == b.total
    if ROUNDINGS[b.rounding].epoch_end == "step":
        assert [b.at(b.epochs(n)).epoch for n in range(5)] == list(range(5))


def test_the_exact_inverse_is_that_of_arrays() -> None:
    """In the incomplete last batch too: half of its 100 samples are half of update 3."""
    assert UNEVEN._counting.clock.inverse(Fraction(950)) == Fraction(7, 2)
    values = np.arange(0, 3000, 7)
    exact = [float(UNEVEN._counting.clock.inverse(Fraction(int(value)))) for value in values]
    np.testing.assert_allclose(UNEVEN.steps_at(values, "sample"), exact, rtol=1e-14)


def test_whole_steps_come_back_whole() -> None:
    b = Budget(samples=7 * 11, batch=7, epochs=3, sequence=3, updates_per_second=0.3)
    for unit in ("hour", "epoch", "token"):
        np.testing.assert_array_equal(b.steps_at(b.position(range(2000), unit), unit), range(2000))


def test_negative_positions_go_on() -> None:
    np.testing.assert_array_equal(UNEVEN.position([-2, -0.5, 0], "sample"), [-600, -150, 0])
    np.testing.assert_array_equal(UNEVEN.steps_at([-600, -150, 0], "sample"), [-2, -0.5, 0])


def test_a_huge_step() -> None:
    b = Budget(updates=2**53, batch=2**10)
    assert b.at(2**53).samples == 2**63
    assert b.steps_at(b.position([2**53], "sample"), "sample") == 2**53


# What it refuses -------------------------------------------------------------------------------------------------

CONTRADICTION = "updates=7 and epochs=3 contradict one another: 7 and 30,000 updates"
RAMP = (
    "ramp must be 'START INCREMENT SAMPLES' such as '192 16 9765625', or 'THRESHOLD:SIZE ...' such as '0:256 10B:512'"
)
REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({}, ValueError, "give the data of an epoch (samples, tokens or batches) or a length (updates or hours)"),
    ({"samples": 0}, ValueError, "samples must be a whole number >= 1, got 0"),
    ({"samples": -5}, ValueError, "samples must be a whole number >= 1, got -5"),
    ({"samples": 1.5}, ValueError, "samples must be a whole number >= 1, got 1.5"),
    ({"samples": math.nan}, ValueError, "samples must be a whole number >= 1, got nan"),
    ({"samples": math.inf}, ValueError, "samples must be a whole number >= 1, got inf"),
    ({"samples": True}, TypeError, "samples must be a whole number >= 1, got True"),
    ({"samples": "1e6"}, TypeError, "samples must be a whole number >= 1, got '1e6'"),
    ({"samples": 2**60}, ValueError, "samples must be at most 2**53, got 1152921504606846976"),
    ({"samples": 10, "processes": None}, TypeError, "processes must be a whole number >= 1, got None"),
    ({"samples": 10, "batch": 0}, ValueError, "batch must be a whole number >= 1, got 0"),
    ({"samples": 10, "epochs": 0}, ValueError, "epochs must be a number > 0, got 0"),
    ({"samples": 10, "epochs": "3"}, TypeError, "epochs must be a number > 0, got '3'"),
    ({"samples": 10, "drop_last": 1}, TypeError, "drop_last must be True or False, got 1"),
    ({"epochs": 3}, ValueError, "epochs need samples, tokens or batches: the data of one epoch, which is not given"),
    (
        {"tokens": 10},
        ValueError,
        "tokens need sequence, the tokens in a sample (1 if batch counts tokens), which is not",
    ),
    ({"tokens": 10, "sequence": 20}, ValueError, "tokens must fill a sample, got 10 for a sequence of 20"),
    ({"hours": 3}, ValueError, "hours need updates_per_second, the speed that was measured, which is not given"),
    ({"samples": 1e4, "epochs": 3, "updates": 7}, ValueError, CONTRADICTION),
    ({"samples": 9, "batch": 10, "drop_last": True}, ValueError, "samples must fill a batch, got 9 samples for 10"),
    (
        {"samples": 9, "batch": 10, "rounding": "megatron"},
        ValueError,
        "samples must be long enough for an update of 10",
    ),
    ({"samples": 1e15, "epochs": 1e4}, ValueError, "a run must be of at most 2**53 updates, got 1e+19"),
    (
        {"updates": 1, "batch": 2**30, "accumulation": 2**30},
        ValueError,
        "batch x accumulation x processes must be at m",
    ),
    ({"samples": 10, "rounding": "Trainer"}, ValueError, "got 'Trainer'; did you mean hf?"),
    ({"samples": 10, "rounding": "lightnin"}, ValueError, "got 'lightnin'; did you mean lightning?"),
    ({"samples": 10, "rounding": 3}, TypeError, "rounding must be one of 'exact', 'hf', "),
    ({"samples": 10, "ramp": 5}, TypeError, f"{RAMP}, got 5"),
    ({"samples": 10, "ramp": (1, 2, True)}, TypeError, f"{RAMP}, got (1, 2, True)"),
    ({"samples": 10, "ramp": "1 2"}, ValueError, f"{RAMP}, got '1 2'"),
    ({"samples": 10, "ramp": ""}, ValueError, f"{RAMP}, got ''"),
    ({"samples": 10, "ramp": "0:1 x:2"}, ValueError, "ramp must be of whole numbers, got 'x' in '0:1 x:2'"),
    ({"samples": 10, "ramp": "0:1 1e99:2"}, ValueError, "ramp must be of numbers up to 2**53, got '1e99' in '0:1"),
    ({"samples": 10, "ramp": "5:1 9:2"}, ValueError, "ramp must have thresholds that begin with 0 and grow"),
    ({"samples": 10, "ramp": "0:1 9:2 9:3"}, ValueError, "ramp must have thresholds that begin with 0 and grow"),
    ({"samples": 10, "ramp": "0:0 9:2"}, ValueError, "ramp must have batch sizes >= 1, got '0:0 9:2'"),
    ({"samples": 10, "batch": 4, "ramp": "0:1 9:2"}, ValueError, "ramp must end at the batch size of 4 samples"),
    (
        {"samples": 10, "batch": 4, "ramp": "1 2 9"},
        ValueError,
        "ramp must reach the batch size of 4 samples (batch x a",
    ),
    ({"samples": 10, "batch": 4, "ramp": "0 1 9"}, ValueError, "ramp must be of three integers >= 1, got '0 1 9'"),
    (
        {"samples": 10, "batch": 2e6, "ramp": "1 1 9"},
        ValueError,
        "ramp must have at most 100,000 batch sizes, got 1,999",
    ),
    (
        {"samples": 10, "batch": 4, "ramp": "1 1 9", "rounding": "hf"},
        ValueError,
        "ramp needs a rounding that knows bat",
    ),
    (
        {"samples": 10, "batch": 4, "ramp": "1 1 9", "drop_last": True},
        ValueError,
        "drop_last must be False with a ramp",
    ),
]


@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_refused(case: int) -> None:
    told, kind, message = REFUSED[case]
    with pytest.raises(kind, match=f"^Budget: .*{re.escape(message)}"):
        Budget(**told)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("samples=1e6 batchs=3", "there is no field 'batchs'; did you mean batches?"),
        ("samples=1e6 gpus=8", "there is no field 'gpus'; did you mean processes?"),
        (
            "samples=1e6 gradient_accumulation_step=8",
            "there is no field 'gradient_accumulation_step'; did you mean accum",
        ),
        ("zzz=3", "there is no field 'zzz'; there are samples, tokens, batches, epochs, updates,"),
        ("samples = 3", "the text must be of words such as batch=256, without spaces in them, got 'samples'"),
        ("samples=", "the text must be of words such as batch=256, without spaces in them, got 'samples='"),
        ("samples=x", "samples must be a number such as 1.28e6, got 'x'"),
        ("samples=1 samples=2", "samples is given twice in the text"),
        ("samples=1 drop_last=yes", "drop_last must be True or False, got 'yes'"),
        ("samples=0", "samples must be a whole number >= 1, got 0"),
        ("", "give the data of an epoch"),
    ],
)
def test_texts_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^Budget: {re.escape(message)}"):
        Budget.parse(text)


def test_a_text_is_a_text() -> None:
    with pytest.raises(TypeError, match=r"^Budget: the text must be a str such as"):
        Budget.parse(5)  # type: ignore[arg-type]


UNITS = "unit must be one of 'step', 'epoch', 'sample', 'token', 'hour'"
SMALL, LENGTH = Budget(samples=1e4), Budget(updates=5)
CALLS: dict[str, tuple[Any, type[Exception]]] = {
    "Budget.at: step must be an integer >= 0, got -1": (lambda: SMALL.at(-1), ValueError),
    "Budget.at: step must be an integer >= 0, got 1.5": (lambda: SMALL.at(1.5), TypeError),  # type: ignore[arg-type]
    "Budget.at: step must be an integer >= 0, got True": (lambda: SMALL.at(True), TypeError),
    "Budget.part: r must be a number >= 0 and <= 1, got 3": (lambda: SMALL.part(3), ValueError),
    "Budget.part: r must be a number >= 0, got nan": (lambda: SMALL.part(math.nan), ValueError),
    "Budget.epochs: n must be a number >= 0, got -1": (lambda: SMALL.epochs(-1), ValueError),
    "Budget: epochs need samples, tokens or batches": (lambda: LENGTH.epoch, ValueError),
    "Budget: tokens need sequence": (lambda: SMALL.tokens(5), ValueError),
    "Budget: hours need updates_per_second": (lambda: SMALL.position([1], "hour"), ValueError),
    f"Budget.position: {UNITS}, got 'tokens'; did you mean 'token'?": (
        lambda: SMALL.position([1], "tokens"),  # type: ignore[arg-type]
        ValueError,
    ),
    "Budget.steps_at: the numbers must be finite": (lambda: SMALL.steps_at([math.nan], "sample"), ValueError),
    "Budget.position: the numbers must be real": (lambda: SMALL.position(["a"], "sample"), TypeError),
    "Budget.in_updates: schedule must be a schedule, got 3": (lambda: SMALL.in_updates(3, "sample"), TypeError),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("message", CALLS)
def test_calls_refused(message: str) -> None:
    call, kind = CALLS[message]
    with pytest.raises(kind, match=f"^{re.escape(message)}"):
        call()


def test_the_docstring_names_every_field() -> None:
    assert all(re.search(rf"\b{name}\b", Budget.__doc__ or "") for name in DEFAULTS)
    assert lrkit.Budget is Budget
