"""One nominal config in many frameworks: the rates recorded from each, and from the live ones again."""

from __future__ import annotations

import runpy
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loading import imported

import lrkit

TORCH, ONE_CYCLE = "torch, LinearLR(0.1) and CosineAnnealingLR", "torch, OneCycleLR"
HELD, REBOUND = "optax; Keras; lrsched; OLMo", "Trainer, cosine"
STEPS = [0, 9, 10, 99, 100, 101, 130]

# Each framework's rates as the survey of schedule toolkits recorded them (run, or read from the source), rounded as
# there: to four places, or to three where so written. None: the framework raises, or makes no update.
RECORDED: dict[str, list[Any]] = {
    TORCH: [0.1, 0.91, 1, 0.0003, 0, 0.0003, 0.25],
    ONE_CYCLE: [0.04, 1, 0.9997, 0, 0.0003, None, None],
    **{key: [0, 0.9, 1, 0.0003, 0, 0.0003, 0.25] for key in (REBOUND, "Paddle")},
    **{key: [0.1, 1, 0.9997, 0, 0.0003, 0.0012, 0.265] for key in ("Trainer, warm-up with min_lr", "pytorch-warmup")},
    **{key: [0, 0.9, 1, 0.0003, 0, 0, 0] for key in (HELD, "Megatron-LM", "composer", "timm, warmup_prefix=True")},
    "timm, warmup_prefix=False": [0, 0.9, 0.9755, 0.0002, 0, 0, 0],
    "torch-schedule-anything": [0, 0.9, 1, 0.0175, 0, -0.0175, -0.5],
    "torchtitan": [0.1, 1, 1, 0.0003, 0, None, None],
    **{key: [0.0909, 0.909, 1, 0.0003, 0, 0, 0] for key in ("NeMo 1", "nanoGPT")},
    "DeepSpeed, log": [0, 0.954, 1, 0.0003, 0, 0, 0],
    "DeepSpeed, linear": [0, 0.8, 0.9, 0.0003, 0, 0, 0],
    "mmengine": [0.1, 1, 1, 0.0003, 0.0003, 0.0003, 0.0003],
    "detectron2": [0.1, 0.888, 0.9755, 0.0002, None, None, None],
    # These by hand, from the formulas of their sources: fastai's sched_cos over a position t / N, whose last is
    # (N - 1) / N; fairseq's cosine, which begins again a tenth as high; T5X's and scenic's, which begin again as high;
    # MaxText's constant_schedule(0) past the end; build-nanogpt's and llm.c's (t + 1) / W.
    "fastai, fit_one_cycle": [0.04, 0.9765, 1, 0.0003, None, None, None],
    "fairseq": [0, 0.9, 1, 0.0003, 0.1, 0.1, 0.075],
    **{key: [0, 0.9, 1, 0.0003, 1, 0.9997, 0.75] for key in ("T5X", "scenic")},
    "MaxText": [0, 0.9, 1, 0.0003, 0, 0, 0],
    **{key: [0.1, 1, 1, 0.0003, 0, 0, 0] for key in ("build-nanogpt", "llm.c")},
    "MindSpore, which has no warm-up": [1, 0.980, 0.9755, 0.0002, 0, 0, 0],
}
# Those of systems whose own rates are recorded, for other configs, under tests/configs/.
OTHERS = {
    "Accelerate (diffusers)", "axolotl", "torchtune", "litgpt", "litgpt, 4 micro-batches", "levanter", "big_vision",
    "EasyLM", "Ultralytics", "YOLOv5 (at least 100 batches)", "detectron2, before fvcore",
}  # fmt: skip


@pytest.fixture(scope="module")
def dialects() -> dict[str, lrkit.LearningRateSchedule]:
    """The expressions of the gallery's page."""
    page = runpy.run_path(str(Path(__file__).parents[2] / "gallery" / "plot_dialects.py"))
    return page["dialects"]


def test_every_row_is_the_recorded_one(dialects: dict[str, Any]) -> None:
    assert dialects.keys() == RECORDED.keys() | OTHERS
    for name, rates in RECORDED.items():
        for step, rate in zip(STEPS, rates, strict=True):
            if rate is not None:
                places = 3 if rate in (0.909, 0.954, 0.888, 0.980, 0.265) else 4
                assert round(dialects[name](step), places) == rate, (name, step)


def test_deepspeed_uses_zero_twice_and_its_linear_warm_up_never_the_peak(dialects: dict[str, Any]) -> None:
    for name in ("DeepSpeed, log", "DeepSpeed, linear"):
        assert list(dialects[name]([0, 1])) == [0, 0]
    assert dialects["DeepSpeed, linear"](11) == pytest.approx(0.9997, abs=5e-5)
    assert dialects["DeepSpeed, linear"](np.arange(200)).max() < 1


def test_which_rows_are_one_curve(dialects: dict[str, Any]) -> None:
    """Those of the survey that agree in each place agree everywhere."""
    steps = np.arange(160)
    for names in (
        (HELD, "Megatron-LM", "composer", "timm, warmup_prefix=True"),
        (REBOUND, "Paddle"),
        ("NeMo 1", "nanoGPT"),
        ("T5X", "scenic"),
    ):
        for name in names[1:]:
            close(dialects[name](steps), dialects[names[0]](steps))


def close(found: Any, expected: Any, bound: float = 1e-12) -> None:
    np.testing.assert_allclose(np.asarray(found, float), expected, rtol=0, atol=bound)


def _torch_optimizer() -> Any:
    torch = pytest.importorskip("torch")
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)


def test_live_torch(dialects: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    schedulers = torch.optim.lr_scheduler
    given = _torch_optimizer()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, of stepping without training
        parts = [schedulers.LinearLR(given, 0.1, total_iters=10), schedulers.CosineAnnealingLR(given, 90)]
        joined = schedulers.SequentialLR(given, parts, [10])
        close(lrkit.record(joined, 131)(np.arange(131)), dialects[TORCH](np.arange(131)))
        cycle = schedulers.OneCycleLR(_torch_optimizer(), 1.0, total_steps=100, pct_start=0.1001)
        close(lrkit.record(cycle, 101)(np.arange(101)), dialects[ONE_CYCLE](np.arange(101)))
        with pytest.raises(RuntimeError, match="Tried to step 101 times"):
            lrkit.record(cycle, 102)


@pytest.mark.parametrize(
    ("row", "name"), [(REBOUND, "cosine"), ("Trainer, warm-up with min_lr", "cosine_warmup_with_min_lr")]
)
def test_live_transformers(dialects: dict[str, Any], row: str, name: str) -> None:
    get_scheduler = imported("transformers").get_scheduler
    specific = {} if row == REBOUND else {"min_lr": 0.0}
    made = get_scheduler(name, _torch_optimizer(), 10, 100, scheduler_specific_kwargs=specific)
    close(lrkit.record(made, 200)(np.arange(200)), dialects[row](np.arange(200)))


def test_live_optax_and_keras(dialects: dict[str, Any]) -> None:
    optax = pytest.importorskip("optax")
    keras = pytest.importorskip("keras")
    expected = dialects[HELD](np.arange(200))
    made = optax.warmup_cosine_decay_schedule(0.0, 1.0, 10, 100)
    close(lrkit.record(made, 200)(np.arange(200)), expected, 1e-6)  # float32
    decay = keras.optimizers.schedules.CosineDecay(0.0, 90, warmup_target=1.0, warmup_steps=10)
    steps = [*range(12), 55, *range(97, 103), 130]  # it compiles anew at each call
    close([float(keras.ops.convert_to_numpy(decay(step))) for step in steps], expected[steps], 1e-6)


@pytest.mark.parametrize("prefix", [False, True])
def test_live_timm(dialects: dict[str, Any], prefix: bool) -> None:
    timm = imported("timm.scheduler")
    given = _torch_optimizer()
    length = 90 if prefix else 100
    made = timm.CosineLRScheduler(given, length, warmup_t=10, warmup_lr_init=0.0, warmup_prefix=prefix)
    close(lrkit.record(made, 131)(np.arange(131)), dialects[f"timm, warmup_prefix={prefix}"](np.arange(131)))
