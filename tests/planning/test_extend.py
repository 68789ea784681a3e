"""A run that goes on: equal to the old schedule before the step, and after it what each way says."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pytest
from helpers import own_kinds, schedules
from hypothesis import given, settings
from hypothesis import strategies as st

import lrkit
from lrkit import ConstantLR, CosineDecayLR, LearningRateSchedule, TableLR, WarmUpLR, cosine_wave
from lrkit.planning import Jump
from lrkit.planning._ways import WAYS

OLD = CosineDecayLR(3e-5, 3e-4, 98_000).warmup(2_000)
COSINE = CosineDecayLR(0.0, 1.0, 100)
REFUSED = "is 0, so that there is nothing|no rate above 0|does not fit|warmup_steps must be below|repeats without end"
"""What a way refuses where a schedule has nothing to come down from, or where there is no room."""


def half_cosine(part: float, top: float = 1.0) -> float:
    return top * 0.5 * (1 + math.cos(math.pi * part))


@pytest.mark.parametrize("kind", sorted(own_kinds()))
@settings(max_examples=3)
@given(data=st.data())
def test_before_the_step_every_rate_is_the_old_one(kind: str, data: st.DataObject) -> None:
    old, at = data.draw(schedules([kind])), data.draw(st.integers(1, 60))
    to = at + data.draw(st.integers(1, 100))
    possible = 0
    for how in WAYS:
        try:
            found = lrkit.extension(old, at=at, to=to, how=how, steps=data.draw(st.integers(1, 120)))
        except ValueError as refusal:
            assert how != "hold"
            assert re.search(REFUSED, str(refusal)), refusal
            continue
        possible += 1
        new, before = found.schedule, np.arange(at)
        assert [new(step) for step in range(at)] == [old(step) for step in range(at)]
        np.testing.assert_array_equal(new(before), old(before))
        assert lrkit.from_json(new.to_json()) == new == lrkit.parse(repr(new)) == lrkit.parse(repr(found.schedule))
        assert found.jump[:2] == (old(at), new(at))
        assert found.schedule == lrkit.extend(old, at=at, to=to, how=how, steps=found.steps)
    assert possible


# What each way gives, by hand ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "options", "expected"),
    [
        ("rescale", {}, CosineDecayLR(3e-5, 3e-4, 148_000).shift(-58_000)),
        ("rescale", {"scaled_warmup": True}, CosineDecayLR(3e-5, 3e-4, 147_000).shift(-57_000)),
        ("hold", {}, CosineDecayLR(3e-5, 3e-4, 98_000).shift(-58_000)),  # which stays at its last rate
        ("rewarm", {}, CosineDecayLR(3e-5, 3e-4, 89_100).warmup(900)),
        ("rewarm", {"warmup_steps": 0, "max_lr": 1e-4, "min_lr": 1e-5}, CosineDecayLR(1e-5, 1e-4, 90_000)),
        ("rewarm", {"warmup_steps": 500, "start_lr": 1e-5}, CosineDecayLR(3e-5, 3e-4, 89_500).warmup(500, 1e-5)),
        ("restart", {}, CosineDecayLR(3e-5, 3e-4, 88_000).warmup(2_000)),
        ("restart", {"scaled_warmup": True}, CosineDecayLR(3e-5, 3e-4, 88_200).warmup(1_800)),
        ("to_zero", {}, lrkit.linear(OLD(60_000), 0.0, 90_000)),
        ("cooldown", {"shape": "linear"}, lrkit.linear(OLD(60_000), 0.0, 90_000)),
        (
            "cooldown", {"shape": "linear", "decay_steps": 20_000, "min_lr": 1e-5},
            ConstantLR(OLD(60_000)).then(lrkit.linear(OLD(60_000), 1e-5, 20_000), 70_000),
        ),
    ],
)  # fmt: skip
def test_what_follows_the_step(how: str, options: dict[str, Any], expected: LearningRateSchedule) -> None:
    new = lrkit.extend(OLD, at=60_000, to=150_000, how=how, **options)
    steps = np.arange(0, 95_000, 250)
    np.testing.assert_allclose(new(60_000 + steps), expected(steps), rtol=1e-12, atol=1e-16)


def test_a_cooldown_falls_with_the_root_of_the_time() -> None:
    """Hägele et al., arXiv:2405.18392: the rate of the checkpoint times 1 - sqrt(u)."""
    new = lrkit.extend(ConstantLR(0.4).warmup(10), at=80, to=100, how="cooldown")
    for step in range(80, 101):
        assert new(step) == pytest.approx(0.4 * (1 - math.sqrt((step - 80) / 20)), abs=1e-16)


def test_the_name_of_an_extended_schedule_can_be_read() -> None:
    names = {how: lrkit.extend(OLD, at=60_000, to=150_000, how=how) for how in WAYS}
    assert repr(names["rewarm"]) == (
        "JoinLR([WarmUpLR(learning_rate=0.0003, warmup_steps=2000), "
        "CosineDecayLR(min_lr=3e-05, max_lr=0.0003, decay_steps=98000), "
        "WarmUpLR(learning_rate=0.0003, warmup_steps=900), "
        "CosineDecayLR(min_lr=3e-05, max_lr=0.0003, decay_steps=89100)], milestones=[2000, 60000, 60900])"
    )
    assert names["hold"] == OLD  # which is level from its end on
    assert len(names["rescale"].schedules) == 3
    drawn = lrkit.plot(names["restart"], backend="text").splitlines()[0]
    assert drawn == "warm up → cosine decay → warm up → cosine decay"


@pytest.mark.parametrize(
    ("old", "longer"),
    [
        (lrkit.recipe("bert"), lrkit.recipe("bert").for_run(total=1_500_000)),
        (lrkit.recipe("deit"), lrkit.recipe("deit").for_run(total=450)),
        (lrkit.recipe("olmo_7b"), lrkit.recipe("olmo_7b").for_run(total=600_000)),
        (lrkit.recipe("wide_resnet"), lrkit.recipe("wide_resnet").for_run(total=400)),
        (lrkit.recipe("ulmfit"), lrkit.recipe("ulmfit").for_run(total=1500)),
    ],
)
def test_rescaled_is_what_the_set_up_would_have_been(old: lrkit.Recipe, longer: lrkit.Recipe) -> None:
    """A trainer computes the rate from the step and the new length; a recipe knows what its lengths mean."""
    at = old.steps // 2
    found = lrkit.extension(old, at=at, to=longer.steps)
    assert (found.unit, found.steps) == (old.unit, old.steps)
    steps = np.linspace(at, longer.steps, 200).astype(np.int64)
    np.testing.assert_allclose(found.schedule(steps), longer.schedule(steps), rtol=1e-9, atol=1e-18)


def test_a_warm_up_is_found_in_a_join_of_joins() -> None:
    old = lrkit.wsd_s(0.1, warmup_steps=10, period_steps=[400, 400], decay_steps=80)
    new = lrkit.extend(old, at=500, to=1_590, how="restart", steps=800)
    assert [new(500 + step) for step in (0, 5, 10)] == pytest.approx([0.0, 0.05, 0.1])
    assert new(500 + 10 + (320 - 10) * 1_080 // 790) == pytest.approx(0.1)  # level until it is 320 of 800
    assert new(500 + 10 + round((360 - 10) * 1_080 / 790)) == pytest.approx(0.05, rel=0.02)  # half of the decay


def test_parts_that_go_on_are_not_begun_anew() -> None:
    stays = ConstantLR(0.1).warmup(10)
    for how in ("rescale", "hold"):
        assert lrkit.extend(stays, at=50, to=500, how=how) == stays
    assert lrkit.extend(stays, at=50, to=500, how="cooldown", decay_steps=100).milestones == (10, 400)
    assert lrkit.extend(COSINE, at=50, to=100) is COSINE


# Resumed runs that were reported ---------------------------------------------------------------------------------


def test_onetrainer_1604_drops_and_then_rises() -> None:
    """Step 43 212, a rate of 5.5e-7, which is half of the peak, so that the run had about 86 000 steps.

    The trainer's cosine is not clamped: told a length that it has passed, the curve is on its way up. The length is the
    one at which the rate is 2.3e-7, 0.42 of the rate before.
    """
    found = lrkit.extension(cosine_wave(0.0, 1.1e-6, 86_000), at=43_212, to=33_195, steps=86_000)
    assert "at 43,212: 5.46e-07 → 2.29e-07, × 0.42" in str(found)
    rates = found.schedule(np.arange(43_212, 60_000, 100))
    assert (np.diff(rates) > 0).all()
    for step in (43_212, 50_000, 59_000):
        assert found.schedule(step) == pytest.approx(half_cosine(step / 33_195, 1.1e-6), rel=1e-12)


def test_onetrainer_297_wants_the_cosine_to_begin_where_it_resumes() -> None:
    """90 epochs at 1.0, then a cosine for the last 10: it begins at step 0, so that the rate is nearly 0 at once."""
    got = lrkit.extension({"cosine": COSINE}, at=90, to=100)
    assert got.jump.new == pytest.approx(half_cosine(0.9))
    wanted = lrkit.extend(ConstantLR(1.0), at=90, to=100, how="cooldown", shape="cosine")
    assert [wanted(step) for step in (89, 90, 95, 100)] == pytest.approx([1.0, 1.0, 0.5, 0.0])


def test_open_clip_413_is_elsewhere_on_a_longer_schedule() -> None:
    """A finished run whose epochs are raised by half: two thirds of the new cosine, a quarter of the peak."""
    found = lrkit.extension(COSINE, at=100, to=150)
    assert found.jump == (0.0, pytest.approx(0.25), None)


def test_composer_1384_stays_at_0() -> None:
    """`t_warmup` 500, `t_max` 1000, a run of 1500 and 1500 more: the maintainer expects 0 all the time."""
    old = CosineDecayLR(0.0, 1.0, 500).warmup(500)
    assert not lrkit.extend(old, at=1500, to=3000, how="hold")(np.arange(1500, 3000)).any()
    again = lrkit.extend(old, at=1500, to=3000, how="restart", steps=1000)
    assert [again(step) for step in (1500, 1750, 2000, 2500, 3000)] == pytest.approx([0, 0.5, 1, 0.5, 0])


def test_super_gradients_1732_asks_where_epoch_200_ends() -> None:
    """5e-4 to a tenth of it in 100 epochs, then 100 more: 5e-5 if it holds, and again if it restarts."""
    old = CosineDecayLR(5e-5, 5e-4, 100)
    ends = {how: lrkit.extend(old, at=100, to=200, how=how) for how in ("hold", "restart", "rescale")}
    assert [ends[how](200) for how in ends] == pytest.approx([5e-5] * 3)
    assert [ends[how](100) for how in ends] == pytest.approx([5e-5, 5e-4, 2.75e-4])


# The report ------------------------------------------------------------------------------------------------------


def test_the_report_is_data() -> None:
    found = lrkit.extension(COSINE, at=75, to=150, how="restart")
    names = {"Extension": lrkit.Extension, "Jump": Jump, "JoinLR": lrkit.JoinLR, "CosineDecayLR": CosineDecayLR}
    assert eval(repr(found), names) == found
    assert found.jump == (COSINE(75), 1.0, 1.0 / COSINE(75))
    told = json.loads(json.dumps(found.to_dict()))
    assert told["jump"] == {"old": COSINE(75), "new": 1.0, "ratio": 1.0 / COSINE(75)}
    assert lrkit.parse(told["schedule"]) == found.schedule
    with pytest.raises(AttributeError):
        found.at = 3
    assert "restart" in found.plot(backend="text", width=60)
    assert found._repr_html_().count("<path") == 2


def test_a_rate_of_0_before_the_step_has_no_ratio() -> None:
    found = lrkit.extension(COSINE.hold(100), at=110, to=150, how="rewarm", start_lr=0.5)
    assert found.jump == (0.0, 0.5, None)
    assert str(found).splitlines()[2] == "at 110: 0 → 0.5"


def test_the_picture_has_the_old_curve_dashed_and_the_jump_marked() -> None:
    found = lrkit.extension(OLD, at=60_000, to=150_000)
    chart = found.chart()
    assert [(curve.label, curve.total) for curve in chart.curves] == [("rescale", 150_000), ("old", 100_000)]
    assert [look.dash for look in chart.looks] == [0, 1]
    (mark,) = chart.marks
    assert (mark.curve, mark.step, mark.rate) == (0, 60_000, found.jump.new)
    assert mark.text == "at 60,000: 0.000127 → 0.00021, × 1.66"
    lines = found.plot(labels=["new", "before"]).get_lines()
    assert {"-", "--"} <= {line.get_linestyle() for line in lines}
    assert len(found.plot(backend="plotly").data) >= 2
    assert not lrkit.extension(COSINE, at=99, to=50).chart().marks  # past the new end


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"at": 0}, ValueError, "at must be an integer >= 1, got 0"),
        ({"at": 1.5}, TypeError, "at must be an integer >= 1, got 1.5"),
        ({"to": 0}, ValueError, "to must be an integer >= 1, got 0"),
        ({"to": 50, "how": "hold"}, ValueError, "to must be above at, the updates that are done, got 50 and 50"),
        ({"how": "longer"}, ValueError, "how must be one of 'rescale', .*, got 'longer'"),
        ({"how": None}, TypeError, "how must be one of .*, got None"),
        ({"how": "hold", "shape": "cosine"}, TypeError, "how='hold' has no option shape, got 'cosine'; it has none"),
        ({"how": "rewarm", "decay_steps": 3}, TypeError, ".*; it has warmup_steps, start_lr, max_lr, min_lr"),
        ({"how": "rewarm", "warmup_steps": 100}, ValueError, "warmup_steps must be below the 100 steps that are left"),
        ({"how": "rewarm", "max_lr": 0}, ValueError, "max_lr must be a number > 0, got 0"),
        ({"how": "rewarm", "max_lr": 1.0, "min_lr": 2.0}, ValueError, "min_lr must be at most max_lr, got 2 and 1"),
        ({"how": "cooldown", "decay_steps": 101}, ValueError, "decay_steps must be at most the 100 steps"),
        ({"how": "cooldown", "shape": "round"}, ValueError, "shape must be one of 'linear', .*, got 'round'"),
        ({"how": "restart", "scaled_warmup": 1}, TypeError, "scaled_warmup must be True or False, got 1"),
        ({"steps": 0}, ValueError, "steps must be an integer >= 1, got 0"),
        ({"schedule": COSINE, "at": 100, "how": "to_zero"}, ValueError, "the rate at step 100 is 0, so that there"),
        ({"schedule": -COSINE, "how": "rewarm"}, ValueError, "max_lr must be given: the schedule has no rate above 0"),
        ({"schedule": cosine_wave(0, 1, 9)}, ValueError, "steps must be given, .* repeats without end"),
        ({"schedule": COSINE.warmup(120), "how": "restart"}, ValueError, "its warm-up of 120 steps does not fit into"),
        ({"schedule": "cosine"}, TypeError, "schedule: cannot extend 'cosine'"),
        ({"schedule": [COSINE, OLD]}, ValueError, "schedule must have one curve, .* has 2"),
    ],
)  # fmt: skip
def test_what_cannot_be_extended_is_refused(given: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^extend: {message}"):
        lrkit.extend(**({"schedule": COSINE, "at": 50, "to": 150} | given))


def test_a_list_of_rates_goes_on_after_its_end() -> None:
    rates = [0.1, 0.2, 0.3]
    new = lrkit.extend(rates, at=3, to=10, how="to_zero")
    assert new == TableLR(rates).then(lrkit.linear(0.3, 0.0, 7), 3)
    assert lrkit.extend(WarmUpLR(0.1, 10), at=3, to=20, how="hold") == WarmUpLR(0.1, 10)
