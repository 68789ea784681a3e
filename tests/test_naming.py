"""A thing keeps its name: in a title, a legend, a card, a report and the code to paste."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit.chart import make_chart
from lrkit.naming import short_name

COSINE = lrkit.CosineDecayLR(0.001, 0.1, 90)
ONE = lrkit.one_cycle(0.1, 1000)
DECAY = lrkit.CosineDecayLR(0, 0.1, 100)
RAMP = lrkit.WarmUpLR(0.1, 100)

TITLES = {
    "one cycle(max_lr=0.1, total_steps=1000)": ONE,
    "t5": lrkit.t5(),
    "t5(warmup_steps=100)": lrkit.t5(100),
    "cosine restarts(min_lr=0, max_lr=0.1, period_steps=20)": lrkit.cosine_restarts(0.0, 0.1, 20),
    "cosine restarts(0, 0.1, 20, multiplier=2)": lrkit.cosine_restarts(0.0, 0.1, 20, 2.0),
    "inverse sqrt(max_lr=0.001, warmup_steps=4000)": lrkit.inverse_sqrt(1e-3, 4000),
    "cosine wave(min_lr=0, max_lr=0.1, decay_steps=90)": lrkit.cosine_wave(0.0, 0.1, 90),
    "multi step(learning_rate=0.1, milestones=[30, 60])": lrkit.multi_step(0.1, [30, 60]),
    "warmup stable decay(0.1, 10, 20, 30)": lrkit.warmup_stable_decay(0.1, 10, 20, 30),
    "warmup stable decay": lrkit.warmup_stable_decay(0.1, 10, 20, 30, 0.003, "exponential", ratio=0.3),
    "noise(steps=100, seed=7)": lrkit.noise(100, seed=7),
    # as a part of another
    "warm up → one cycle(max_lr=0.1, total_steps=1000)": ONE.warmup(10),
    "one cycle(max_lr=0.1, total_steps=1000) → constant": ONE.then(lrkit.ConstantLR(1e-6), 1000),
    "one cycle(max_lr=0.05, total_steps=1000)": 0.5 * ONE,
    "clip(max_lr=0.005) of t5": lrkit.t5().clip(max_lr=0.005),
    "warm up → cosine restarts": lrkit.WarmUpLR(0.1, 10).then(lrkit.cosine_restarts(0.0, 0.1, 20), 10),
    "product of cosine wave, noise": lrkit.cosine_wave(0.0, 0.1, 90) * lrkit.noise(100),
    "repeat(period_steps=10) of polynomial decay": (1 - lrkit.WarmUpLR(1.0, 10)).repeat(10),
    # and what is no call keeps the name of its class
    "cosine decay": COSINE,
    "warm up → cosine decay": COSINE.warmup(10),
    "piecewise linear": lrkit.PiecewiseLinearLR([0, 100, 1000], [0.0, 0.1, 0.0]),
    "piecewise cosine": lrkit.PiecewiseCosineLR([0, 100], [0.1, 0.0]),
}


@pytest.mark.parametrize("title", TITLES)
def test_the_title_of_a_picture(title: str) -> None:
    assert make_chart([TITLES[title]]).title == title


def test_the_repr_is_still_the_expression() -> None:
    assert repr(ONE).startswith("PiecewiseCosineLR(milestones=[0.0, 299.0, 999.0], ")


def test_curves_of_one_function_are_told_apart_by_its_arguments() -> None:
    shapes = ("linear", "cosine", "exponential")
    made = [lrkit.warmup_stable_decay(0.1, 1000, 20_000, 30_000, 1e-3, shape) for shape in shapes]
    labels = [curve.label for curve in make_chart(made).curves]
    assert labels == [f"warmup stable decay (shape={shape})" for shape in shapes]


def test_a_scheduler_of_torch_has_the_name_of_its_function() -> None:
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, 1000, cycle_momentum=False)
    [schedule] = lrkit.from_torch(scheduler)
    assert short_name(schedule) == "one cycle(max_lr=0.1, total_steps=1000)"


def card(schedule: Any) -> list[str]:
    """The texts of a notebook's card: the heading, then each parameter and its value."""
    html = schedule._repr_html_().partition("<svg")[0]
    return [unescape(text) for text in re.findall(r">([^<>]+)<", html)]


def test_the_card_has_the_function_s_parameters() -> None:
    assert card(lrkit.one_cycle(0.1, 1000, 0.25)) == [
        "one_cycle", "max_lr", "0.1", "total_steps", "1000 steps", "pct_start", "0.25", "shape", "'cosine'",
        "three_phase", "False",
    ]  # fmt: skip
    assert card(lrkit.t5()) == ["t5", "warmup_steps", "10000 steps", "factor", "1.0"]
    assert card(COSINE)[0] == "CosineDecayLR"
    assert "[WarmUpLR(learning_rate=0.004, warmup_steps=10), one_cycle(" in " ".join(card(ONE.warmup(10)))


def test_a_report_of_differences_has_the_catalogues_names() -> None:
    report = str(lrkit.diff(ONE, lrkit.t5(), steps=100))
    assert "one_cycle(max_lr=0.1, total_steps=1000)" in report
    assert "t5()" in report


@pytest.mark.parametrize(
    ("schedule", "lines"),
    [
        (ONE, ["from lrkit import one_cycle", "", "schedule = one_cycle(max_lr=0.1, total_steps=1000)"]),
        (lrkit.t5(), ["from lrkit import t5", "", "schedule = t5()"]),
        (
            lrkit.noise(1000, seed=3) * lrkit.ConstantLR(0.1),
            [
                "from lrkit import ConstantLR, ProductLR, noise",
                "",
                "schedule = ProductLR([noise(steps=1000, seed=3), ConstantLR(learning_rate=0.1)])",
            ],
        ),
    ],
)
def test_the_code_calls_the_function(schedule: Any, lines: list[str]) -> None:
    code = lrkit.as_source(schedule, "lrkit")
    assert code.splitlines() == lines
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["schedule"] == schedule


def test_the_code_calls_the_function_before_an_adapter() -> None:
    code = lrkit.as_source(ONE, "keras")
    assert code.splitlines() == [
        "from lrkit import one_cycle, to_keras",
        "",
        "schedule = one_cycle(max_lr=0.1, total_steps=1000)",
        "learning_rate = to_keras(schedule)",
    ]


def test_a_name_is_asked_for_only_where_one_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture with its own labels asks for none; one without asks once for each curve."""
    from lrkit.chart import inputs

    asked: list[Any] = []

    def counted(schedule: Any, **options: Any) -> str:
        asked.append(schedule)
        return short_name(schedule, **options)

    monkeypatch.setattr(inputs, "short_name", counted)
    make_chart([ONE, COSINE], labels=["a", "b"])
    make_chart([{"a": ONE}])
    assert asked == []
    make_chart([ONE, COSINE])
    assert asked == [ONE, COSINE]


def test_a_schedule_is_drawn_without_importing_the_adapters() -> None:
    code = (
        "import sys, lrkit; from lrkit.chart import make_chart; make_chart([lrkit.WarmUpLR(0.1, 5)]);"
        "print([name for name in sys.modules if name.startswith('lrkit.interop')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_long_join_has_a_short_name() -> None:
    parts = [lrkit.CosineDecayLR(0.0, 0.1 + 0.001 * k, 10) for k in range(60)]
    schedule = lrkit.JoinLR(parts, [*(10 * np.arange(1, 60)).tolist()])
    assert short_name(schedule) == "join"
    assert short_name(lrkit.multi_step(0.1, [*range(60)])) == "multi step"


@pytest.mark.parametrize(
    ("schedule", "name"),
    [
        (DECAY, "cosine decay"),
        (DECAY.warmup(5), "warm up → cosine decay"),
        (
            lrkit.WarmUpLR(0.1, 100).then(lrkit.ConstantLR(0.1), 100).then(DECAY, 200),
            "warm up → constant → cosine decay",
        ),
        (DECAY.repeat(1_000_000, 3), "repeat(period_steps=1000000, cycles=3) of cosine decay"),
        (DECAY.clip(min_lr=0.01), "clip(min_lr=0.01) of cosine decay"),
        (DECAY.warmup(5) * 2, "warm up → cosine decay"),
        (lrkit.noam(512, 4000), "noam(d_model=512, warmup_steps=4000)"),
        (DECAY.then(1 - DECAY, 90).repeat(180), "repeat of (cosine decay → cosine warm up)"),
        (DECAY + RAMP, "sum of cosine decay, warm up"),
        (lrkit.TableLR([1, 2]), "table"),
    ],
)
def test_short_names(schedule: lrkit.LearningRateSchedule, name: str) -> None:
    assert short_name(schedule) == name
