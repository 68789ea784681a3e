"""What a config leaves to a rule of its system: which of two settings holds, how it counts, what must be asked for."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

import lrkit

ARGUMENTS = {"lr": 1e-4, "train_iters": 100, "global_batch_size": 8, "lr_decay_style": "cosine"}
STATE = {
    "max_lr": 2e-4, "min_lr": 0.0, "lr_warmup_steps": 0, "num_steps": 80, "lr_decay_style": "cosine",
    "lr_decay_steps": 800, "start_wd": 0.01, "end_wd": 0.01, "wd_incr_style": "constant", "wd_incr_steps": 800,
}  # fmt: skip
PRETRAINING = {"micro_batch_size": 4, "global_batch_size": 16, "max_tokens": 10**8, "max_seq_length": 1024}


def read(config: Any, budget: str | None = None) -> lrkit.Configured:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return lrkit.from_config(config, budget=budget)


def test_megatrons_checkpoint_and_arguments_must_agree_or_one_must_win() -> None:
    """As ``_check_and_set`` of megatron/core/optimizer_param_scheduler.py has it."""
    checkpoint: dict[str, Any] = {"args": ARGUMENTS, "opt_param_scheduler": STATE}
    with pytest.raises(ValueError, match=r"differ in max_lr 0.0001 and 0.0002 \(in samples\), which Megatron refuses"):
        read(checkpoint)
    for policy, peak in {"override": 1e-4, "use_checkpoint": 2e-4}.items():
        found = read(checkpoint | {"args": ARGUMENTS | {f"{policy}_opt_param_scheduler": True}})
        assert found.schedule(0) == peak
        assert any(policy in text for text in found.departures)
    agreed = read({"args": ARGUMENTS, "opt_param_scheduler": STATE | {"max_lr": 1e-4}})
    steps = np.arange(150)
    np.testing.assert_allclose(agreed.schedule(steps), read(ARGUMENTS).schedule(steps), rtol=0, atol=1e-16)


def test_megatrons_inverse_root_without_a_warmup_asks_for_the_batch() -> None:
    """Its warm-up is then one sample, which is a share of an update."""
    config = {"lr": 1e-4, "train_iters": 100, "lr_decay_style": "inverse-square-root"}
    with pytest.raises(ValueError, match=r"give budget='updates=… batch=…' \(Budget.batch\)"):
        read(config)
    assert read(config, "updates=100 batch=4").schedule(9) == pytest.approx(1e-4 / math.sqrt(4 * 9), rel=1e-12)


def test_a_slice_of_fastai_gives_each_group_its_rate() -> None:
    """Geometric from the first to the last; a tenth for all but the last if only that is said."""
    text = "fit = dict(n_epoch=2, lr=slice(1e-5, 1e-3), groups=3)\n"
    assert {name: rate(0) for name, rate in read(text, "batches=5").items()} == pytest.approx(
        {"group 0": 1e-5, "group 1": 1e-4, "group 2": 1e-3}
    )
    found = read({"fit": {"n_epoch": 2, "lr": "slice(1e-3)"}}, "batches=5")
    assert {name: rate(0) for name, rate in found.items()} == {"first": 1e-4, "last": 1e-3}
    assert any("groups does not say" in text for text in found.departures)
    with pytest.raises(ValueError, match=r"fit.lr.stop must be a number > 0, got 'fast'"):
        read({"fit": {"n_epoch": 2, "lr": "slice(1e-5, fast)"}}, "batches=5")


def test_nanochats_momentum_follows_the_rate_down() -> None:
    """get_muon_momentum of karpathy/nanochat, scripts/base_train.py; the warm-down is rounded to whole updates."""
    total, ratio = 903, 0.5
    down = round(ratio * total)

    def momentum(t: int) -> float:
        if t < 400:
            return 0.85 + (0.97 - 0.85) * t / 400
        p = max(t - (total - down), 0) / down
        return 0.97 * (1 - p) + 0.9 * p

    config = {"matrix_lr": 0.02, "num_iterations": total, "warmup_steps": 40, "warmdown_ratio": ratio}
    found = read(config)["matrix.momentum"](np.arange(total))
    np.testing.assert_allclose(found, [momentum(t) for t in range(total)], rtol=0, atol=1e-12)


def test_what_litgpt_needs_is_asked_for() -> None:
    """A share of an epoch for its warm-up, the tokens of a sample, the batches of an epoch."""
    optimizer = {"class_path": "torch.optim.AdamW", "init_args": {"lr": 2e-4}}
    asked: dict[str, dict[str, Any]] = {
        "batches": PRETRAINING | {"lr_warmup_fraction": 0.1},
        "updates=… sequence": PRETRAINING | {"lr_warmup_steps": 10, "max_seq_length": None},
    }
    for field, train in asked.items():
        with pytest.raises(ValueError, match=rf"litgpt .* give budget='{field}=…'"):
            read({"train": train, "optimizer": optimizer})
    tuning = {"checkpoint_dir": "m", "train": {"lr_warmup_steps": 10, "epochs": 2}, "optimizer": optimizer}
    with pytest.raises(ValueError, match=r"litgpt decays until the end of the last epoch, .*'batches=…'"):
        read(tuning)
    assert read(tuning | {"train": tuning["train"] | {"global_batch_size": 16}}, "batches=103").length == 2 * (103 // 4)


def test_axolotls_quadratic_warmup_goes_before_a_minimum() -> None:
    """As its trainer's mixin has it: with both, the cosine goes to 0."""
    config = {
        "base_model": "m", "micro_batch_size": 1, "lr_scheduler": "cosine", "learning_rate": 0.1,
        "warmup_steps": 10, "max_steps": 100, "cosine_min_lr_ratio": 0.5, "lr_quadratic_warmup": True,
    }  # fmt: skip
    found = read(config).schedule
    assert found(5) == pytest.approx(0.025, rel=1e-12)
    assert found(100) == pytest.approx(0.0, abs=1e-15)


def test_what_nemo_counts_from_the_start_is_said() -> None:
    """Without a hold, the decay's clock is the run's."""
    sched = {"name": "WarmupHoldAnnealLinear", "warmup_steps": 10, "max_steps": 100}
    found = read({"optim": {"lr": 0.1, "sched": sched}})
    assert found.schedule(11) == pytest.approx(0.1 * (1 - 11 / 100), rel=1e-12)
    assert any("the rate jumps" in text for text in found.departures)
    held = read({"optim": {"lr": 0.1, "sched": {"name": "T5InverseSquareRootAnnealing", "constant_steps": 4,
                                                "max_steps": 9}}})  # fmt: skip
    assert held.schedule([0, 4, 9, 10]).tolist() == pytest.approx([0.5, 0.5, 1 / 3, 0.0])
    with pytest.raises(ValueError, match=r"only one of model.optim.sched.warmup_steps and warmup_ratio"):
        read({"model": {"optim": {"lr": 0.1, "sched": sched | {"warmup_ratio": 0.1}}}})


TORCH = (
    ("StepLR", {"step_size": 3, "gamma": 0.5}, 1),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3, "step_size_down": 5, "mode": "triangular2"}, 1),
    ("ExponentialLR", {"gamma": 0.9}, 7),
)


@pytest.mark.parametrize(("name", "options", "block"), TORCH)
@pytest.mark.parametrize("nested", [False, True])
def test_nemos_classes_of_torch_are_torchs(name: str, options: dict[str, Any], block: int, *, nested: bool) -> None:
    """Stepped by torch as NeMo's prepare_lr_scheduler says: EPOCH_SCHEDULERS once an epoch, others at each update."""
    torch = pytest.importorskip("torch")
    made = {"name": "auto", "params": options}
    sched = {"name": name, "max_steps": 60, "monitor": "loss"} | ({"args": made} if nested else options)
    found = read({"model": {"optim": {"lr": 0.1, "sched": sched}}, "trainer": {"max_epochs": 9}}, budget="batches=7")
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
    for step in range(100):
        assert found["lr"](step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
        optimizer.step()
        if (step + 1) % block == 0:
            scheduler.step()


def test_arguments_of_torchs_classes_are_told_by_name() -> None:
    """Those that a class does not have, as torch would refuse them, and those that it needs."""
    for sched, said in (
        ({"name": "StepLR", "step_size": 3, "warmup_steps": 5}, r"sched\.warmup_steps is no argument of StepLR"),
        ({"name": "StepLR"}, r"sched\.step_size is missing: StepLR needs it"),
        ({"name": "ReduceLROnPlateau"}, r"follows what the run measures"),
        ({"name": "cosineAnnealling"}, r"sched\.name must be one of .*; did you mean 'CosineAnnealing'"),
        ({"name": "ExponentialLR", "gamma": 0.9}, r"give budget='batches=…'"),
    ):
        with pytest.raises(ValueError, match=said):
            read({"optim": {"lr": 0.1, "sched": sched}})
