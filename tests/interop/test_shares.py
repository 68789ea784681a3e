"""`from_fastai` and `from_composer` against what the schedulers of fastai 2.8.12 and composer 0.32.1 themselves gave.

The numbers are recorded by ``tests/tools/record_fastai.py`` and ``record_configs.py``; the objects are stand-ins.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stand_ins_of_shares import composer_scheduler, fastai_schedule, known

import lrkit
from lrkit.interop import from_composer, from_fastai
from lrkit.interop._errors import DepartureWarning
from lrkit.interop._reading import read

TESTS = Path(__file__).parents[1]
FASTAI = json.loads((TESTS / "interop" / "recorded" / "fastai.json").read_text(encoding="utf-8"))["runs"]
COMPOSER = json.loads((TESTS / "configs" / "recorded" / "composer.json").read_text(encoding="utf-8"))["runs"]


@pytest.fixture(autouse=True)
def _packages(monkeypatch: pytest.MonkeyPatch) -> None:
    known(monkeypatch, "fastai", "composer")


# fastai -------------------------------------------------------------------------------------------------------------


def test_fastais_arithmetic() -> None:
    assert len(FASTAI) >= 50
    for run in FASTAI:
        [curve] = from_fastai(fastai_schedule(run["schedule"]), run["total"])
        peak = max(map(abs, run["double"]))
        np.testing.assert_allclose(curve(run["steps"]), run["double"], rtol=0, atol=1e-12 * peak, err_msg=str(run))
        assert curve(3 * run["total"]) == curve(run["total"])


def test_fastai_in_float32_misses_restarts_and_says_so() -> None:
    """Rates as fastai has them: its own rounding apart, the only differences are those that are warned of."""
    missed = 0
    for run in FASTAI:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            [curve] = from_fastai(fastai_schedule(run["schedule"], np.float32), run["total"])
        told = {int(word.strip(",")) for w in caught for word in str(w.message).split() if word.strip(",").isdecimal()}
        assert all(issubclass(w.category, DepartureWarning) for w in caught)
        far = np.abs(curve(run["steps"]) - run["single"]) > 1e-5 * max(map(abs, run["single"]))
        assert {step for step, wrong in zip(run["steps"], far, strict=True) if wrong} == told & set(run["steps"])
        missed += len(told)
    assert missed > 3


def test_groups_hyper_parameters_and_the_finder() -> None:
    both = fastai_schedule(["combined_cos", 0.25, np.array([0.01, 0.02]), np.array([0.1, 0.2]), 1e-6])
    first, second = from_fastai(both, 400)
    assert first == lrkit.PiecewiseCosineLR([0, 100, 400], [0.01, 0.1, 1e-6])
    assert second == lrkit.PiecewiseCosineLR([0, 100, 400], [0.02, 0.2, 1e-6])
    callback = type("ParamScheduler", (), {"__module__": "fastai.callback.schedule"})()
    callback.scheds = {"lr": both, "mom": fastai_schedule(["SchedLin", 0.95, 0.85])}
    assert from_fastai(callback, 10, "mom") == [lrkit.PiecewiseLinearLR([0, 10], [0.95, 0.85])]
    with pytest.raises(TypeError, match="from_fastai: ParamScheduler moves 'lr', 'mom', not 'eps'"):
        from_fastai(callback, 10, "eps")
    callback.scheds, callback.num_it = {"lr": fastai_schedule(["SchedExp", 1e-7, 10.0])}, 100
    assert from_fastai(callback)[0](100) == pytest.approx(10.0, rel=1e-14)


def test_a_schedule_of_fastai_is_drawn_as_a_function_of_the_share() -> None:
    schedule = fastai_schedule(["combined_cos", 0.3, 0.004, 0.1, 1e-6], np.float32)
    wanted = lrkit.PiecewiseCosineLR([0, 30, 100], [0.004, 0.1, 1e-6])
    assert read(schedule, 100) == [("", wanted)]
    with pytest.raises(TypeError, match="is a function of the share of a run: give steps"):
        lrkit.plot(schedule)


def test_what_fastai_has_not_is_refused() -> None:
    nested = fastai_schedule(
        ["combine_scheds", [0.5, 0.5], [["combined_cos", 0.5, 0.1, 0.2, 0.3], ["SchedNo", 0.1, 0.1]]]
    )
    with pytest.raises(TypeError, match="a combination of schedules within another is not read"):
        from_fastai(nested, 100)
    with pytest.raises(TypeError, match="is none of fastai's own schedules"):
        from_fastai(lambda pos: pos, 100)
    with pytest.raises(ValueError, match="from_fastai: total_steps must be an integer >= 1, got 0"):
        from_fastai(fastai_schedule(["SchedCos", 0.1, 0.0]), 0)


# composer -----------------------------------------------------------------------------------------------------------


def test_composers_schedulers() -> None:
    assert len(COMPOSER) >= 50
    for run in COMPOSER:
        config: dict[str, Any] = dict(run["config"])
        scheduler = dict(config["scheduler"])
        made = composer_scheduler(scheduler.pop("name"), **scheduler)
        budget = f"{run['budget']} batch={config['global_train_batch_size']} sequence={config['max_seq_len']}"
        found = from_composer(made, config["max_duration"], 0.1, budget, config["scale_schedule_ratio"])
        peak = max(run["rates"])
        np.testing.assert_allclose(found(run["steps"]), run["rates"], rtol=0, atol=1e-12 * peak, err_msg=str(run))


@pytest.mark.parametrize(
    ("scheduler", "arguments", "error", "message"),
    [
        (composer_scheduler("Own"), ("10ba",), TypeError, "is none of composer's own schedulers"),
        (composer_scheduler("LinearScheduler"), (), ValueError, "max_duration, or a budget, must be given"),
        (composer_scheduler("LinearScheduler"), ("10",), ValueError, "max_duration must be a time string such as"),
        (composer_scheduler("LinearScheduler"), ("10sec",), ValueError, "max_duration must be a length in ba, ep, sp"),
        (composer_scheduler("LinearScheduler"), ("10ep",), ValueError, r"give budget='batches=…' \(Budget.batches\)"),
        (
            composer_scheduler("LinearWithWarmupScheduler", t_warmup="9tok"), ("10ba",), ValueError,
            "t_warmup and t_max must be of one unit",
        ),
        (
            composer_scheduler("ConstantWithWarmupScheduler", t_warmup="1ba", t_max="9ba"), ("10ba",), ValueError,
            "t_max must be at least max_duration, or composer stops: it is 9 of 10 batches",
        ),
        (
            composer_scheduler("PolynomialScheduler", power="2"), ("10ba",), ValueError,
            "from_composer: PolynomialScheduler: power must be a number, got '2'",
        ),
    ],
)  # fmt: skip
def test_what_composer_cannot_run(scheduler: Any, arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        from_composer(scheduler, *arguments)


def test_the_factor_alone_and_in_a_picture() -> None:
    scheduler = composer_scheduler("CosineAnnealingScheduler")
    assert from_composer(scheduler, 3, budget="batches=10") == lrkit.CosineDecayLR(0.0, 1.0, 30)
    assert from_composer(scheduler, budget="updates=30") == lrkit.CosineDecayLR(0.0, 1.0, 30)
    assert read(scheduler, 30) == [("", lrkit.CosineDecayLR(0.0, 1.0, 30))]
    with pytest.raises(TypeError, match="CosineAnnealingScheduler needs the length of the run"):
        lrkit.plot(scheduler)
