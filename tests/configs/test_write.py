"""The way back: a schedule as a config that is read as the same schedule."""

from __future__ import annotations

import json
import pickle
import warnings
from typing import Any

import numpy as np
import pytest

import lrkit

HIGH, LOW = 3e-4, 3e-5
WRITTEN = [
    ("deepspeed", lrkit.linear(HIGH, 0.0, 90).warmup(10).shift(1)),
    ("deepspeed", lrkit.WarmUpLR(HIGH, 10).shift(1)),
    ("deepspeed", lrkit.LogWarmUpLR(HIGH, 10).shift(1)),
    ("deepspeed", lrkit.PiecewiseLinearLR([0, 10, 30], [LOW, HIGH, LOW])),
    ("megatron", lrkit.CosineDecayLR(LOW, HIGH, 90).warmup(10)),
    ("megatron", lrkit.linear(HIGH, LOW, 90)),
    ("megatron", lrkit.ConstantLR(HIGH).warmup(10)),
    ("megatron", lrkit.warmup_stable_decay(HIGH, 10, 50, 40, min_lr=LOW, shape="1-sqrt")),
    ("megatron", lrkit.warmup_stable_decay(HIGH, 10, 50, 40, min_lr=LOW, shape="exponential", ratio=0.5)),
    ("trainer", lrkit.linear(HIGH, 0.0, 90).warmup(10)),
    ("trainer", lrkit.cosine_wave(0.0, HIGH, 90).warmup(10)),
    ("trainer", lrkit.cosine_wave(LOW, HIGH, 90).warmup(10)),
    ("trainer", lrkit.PolynomialDecayLR(HIGH, LOW, 90, 2.0).warmup(10)),
    ("trainer", lrkit.ConstantLR(HIGH)),
]


@pytest.mark.parametrize(("system", "schedule"), WRITTEN)
def test_a_config_that_is_written_is_read_as_the_same(system: Any, schedule: lrkit.LearningRateSchedule) -> None:
    """To the next config, too: the text does not change."""
    text = lrkit.as_source(schedule, system)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = lrkit.from_config(text)
    assert found.system == system
    steps = np.arange(300)
    np.testing.assert_allclose(found.schedule(steps), schedule(steps), rtol=0, atol=1e-12 * HIGH)
    assert lrkit.as_source(found.schedule, system) == text


def test_what_is_not_equal_says_where() -> None:
    """DeepSpeed runs one update late, except for OneCycle; transformers' cosine climbs again past its end."""
    cosine = lrkit.CosineDecayLR(0.0, HIGH, 90).warmup(10)
    with pytest.raises(ValueError, match=r"no config of DeepSpeed is equal .* at step 11, and the schedule"):
        lrkit.as_source(cosine, "deepspeed")
    assert '"type": "OneCycle"' in lrkit.as_source(lrkit.linear(HIGH, 0.0, 90).warmup(10), "deepspeed")
    with pytest.raises(ValueError, match=r"at step 101, and the schedule 3e-05"):
        lrkit.as_source(lrkit.CosineDecayLR(LOW, HIGH, 90).warmup(10), "trainer")
    assert "lr_scheduler_type: cosine" in lrkit.as_source(cosine, "trainer", steps=100)


def test_a_configured_is_a_value() -> None:
    """Frozen, hashable, pickled, printed; its departures are warned of once."""
    config = {"scheduler": {"type": "WarmupLR", "params": {"warmup_max_lr": HIGH, "warmup_num_steps": 10}}}
    with pytest.warns(UserWarning, match="both use the first rate"):
        found = lrkit.from_config(config)
    assert pickle.loads(pickle.dumps(found)) == found  # our own
    assert len({found, found}) == 1
    assert dict(found) == {"lr": lrkit.LogWarmUpLR(HIGH, 10).shift(1)}
    assert str(found).startswith('deepspeed: it has "scheduler": {"type": "WarmupLR"}\n  lr  ShiftLR(LogWarmUpLR(')
    assert "both use the first rate" in found._repr_html_()
    groups = lrkit.Configured("x", "y", {"a": lrkit.ConstantLR(0.1), "b": lrkit.ConstantLR(0.2)})
    with pytest.raises(ValueError, match="the groups have 2 different rates: a, b"):
        groups.schedule  # noqa: B018
    assert json.loads(lrkit.as_source(found.schedule, "deepspeed")) == {
        "scheduler": {
            "type": "WarmupLR",
            "params": {"warmup_min_lr": 0.0, "warmup_max_lr": HIGH, "warmup_num_steps": 10, "warmup_type": "log"},
        }
    }


def test_the_groups_of_a_config_are_drawn_by_their_names() -> None:
    """Momentum and weight decay have panels of their own, and are in no picture of learning rates."""
    args = {"lr0": 0.01, "lrf": 0.05, "warmup_bias_lr": 0.1, "time": None, "epochs": 30, "optimizer": "SGD"}
    with pytest.warns(UserWarning, match="lrf is never reached"):
        found = lrkit.from_config(args, budget="batches=50")
    assert {name: [*group] for name, group in found.groups.items()} == {
        "weights": ["lr", "momentum"],
        "bias": ["lr", "momentum"],
    }
    rates, momentum = lrkit.plot_groups(found)
    assert [rates.get_ylabel(), momentum.get_ylabel()] == ["learning rate", "momentum"]
    assert len(rates.get_lines()) == 2
    assert len(momentum.get_lines()) == 1
    both = lrkit.plot_groups({"yolo": found, "other": 0.1}, backend="text")
    assert all(name in both for name in ("yolo, weights", "yolo, bias", "other"))
    assert max(rate.max() for rate in (line.get_ydata() for line in lrkit.plot(found).get_lines())) == 0.1
    flags = "--lr 3e-4 --lr-decay-style cosine --train-iters 100 --weight-decay 0.1"
    assert [*lrkit.from_config(flags).groups] == ["megatron"]
