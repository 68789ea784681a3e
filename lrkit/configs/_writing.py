"""A schedule as the config of a training system: proposed by the system, read back, and compared."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._params import count
from ..budget import Budget
from ..catalogue._simplified import simplified
from ..schedules._base import LearningRateSchedule
from ._fields import Fields
from ._load import load_text
from ._system import System
from ._systems import system_named
from .writers import _forms as forms
from .writers import (
    accelerate,
    axolotl,
    big_vision,
    composer,
    deepspeed,
    detectron2,
    easylm,
    fairseq,
    fastai,
    ignite,
    levanter,
    maxtext,
    megatron,
    mmengine,
    nanogpt,
    nemo,
    paddle,
    scenic,
    t5x,
    torchtitan,
    torchtune,
    transformers,
    ultralytics,
)
from .writers._writer import Proposal, Writer

WRITERS: dict[str, Writer] = {
    "accelerate": Writer(accelerate.write, forms.underscored_flags),
    "axolotl": Writer(axolotl.write),
    "big_vision": Writer(big_vision.write, forms.python_text),
    "build-nanogpt": Writer(nanogpt.write_build_nanogpt, forms.python_text),
    "composer": Writer(composer.write),
    "deepspeed": Writer(deepspeed.write, forms.json_text),
    "detectron2": Writer(detectron2.write),
    "detectron2_before_fvcore": Writer(detectron2.write_older),
    "easylm": Writer(easylm.write, forms.assigned_flags),
    "fairseq": Writer(fairseq.write, forms.flags_text),
    "fastai": Writer(fastai.write, forms.call_text("learn.")),
    "ignite": Writer(ignite.write, forms.call_text(first="optimizer")),
    "levanter": Writer(levanter.write),
    "litgpt": Writer(nanogpt.write_litgpt),
    "llm.c": Writer(nanogpt.write_llm_c, forms.short_flags),
    "maxtext": Writer(maxtext.write),
    "megatron": Writer(megatron.write, forms.flags_text),
    "mmengine": Writer(mmengine.write, forms.python_text),
    "nanochat": Writer(nanogpt.write_nanochat, forms.assigned_flags),
    "nanogpt": Writer(nanogpt.write_nanogpt, forms.python_text),
    "nemo": Writer(nemo.write),
    "paddle": Writer(paddle.write),
    "scenic": Writer(scenic.write, forms.python_text),
    "t5x": Writer(t5x.write),
    "torchtitan": Writer(torchtitan.write, forms.toml_text),
    "torchtune": Writer(torchtune.write),
    "trainer": Writer(transformers.write),
    "ultralytics": Writer(ultralytics.write),
    "yolov5": Writer(ultralytics.write_older),
}
SAME = 1e-12
"""Rates that differ by less, relative to the peak, are the same."""
FEW = 100
DENSE = 20_000
"""How many steps are compared one by one; of a longer run, as many that are spread, and those around each knot."""


def config_of(name: str, schedule: LearningRateSchedule, steps: int | None) -> str:
    """The config of a system as a text; a `ValueError` says where the nearest differs."""
    system = system_named(name)
    found, when = equal_config(system, schedule, None)
    if found is None and steps is not None:
        found, when = equal_config(system, schedule, count("as_source", "steps", steps))
    if found is None:
        raise ValueError(f"as_source: no config of {system.title} is equal to this schedule{when}")
    text = WRITERS[system.name].text(found.config)
    return f"# To be read with budget={found.budget!r}.\n{text}" if found.budget else text


def equal_config(system: System, schedule: LearningRateSchedule, steps: int | None) -> tuple[Proposal | None, str]:
    """The first config that is equal, in so many steps or always; or None, and where the nearest differs.

    The nearest is equal for the longest time, and then differs by the least: at a few steps, which most fail already.
    """
    nearest: tuple[int, float] = (-1, 0.0)
    best: tuple[Proposal, LearningRateSchedule] | None = None
    few = _steps(schedule, schedule, steps, FEW)
    expected = schedule(few)
    for proposal in _proposals(system, schedule):
        try:
            found = _read_back(system, proposal)
        except ValueError:  # a proposal outside what the system takes
            continue
        size, at = _gap(expected, found(few), few)
        if size <= SAME:
            size, at = difference(schedule, found, steps)
            if size <= SAME:
                return proposal, ""
        if (at, -size) > nearest:
            nearest, best = (at, -size), (proposal, found)
    if best is None:
        return None, ""
    proposal, found = best
    _, at = difference(schedule, found, steps)
    told = " ".join(WRITERS[system.name].text(proposal.config).split())[:200]
    rates = f"has {found(at):.6g} at step {at:,}, and the schedule {schedule(at):.6g}"
    return None, f": the nearest, {told}, {rates}"


def _proposals(system: System, schedule: LearningRateSchedule) -> Iterator[Proposal]:
    for form in dict.fromkeys((simplified(schedule), schedule)):  # the functions of the catalogue know their own
        for found in WRITERS[system.name].propose(form):
            yield found if isinstance(found, Proposal) else Proposal(found)


def _read_back(system: System, proposal: Proposal) -> LearningRateSchedule:
    budget = Budget.parse(proposal.budget) if proposal.budget else None
    loaded = load_text(WRITERS[system.name].text(proposal.config))
    fields = Fields(loaded.data, "what is written", system.name, system.title)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return system.read(fields, budget).schedule


def difference(one: LearningRateSchedule, other: LearningRateSchedule, steps: int | None) -> tuple[float, int]:
    """The largest difference relative to the peak, and the first step that has one."""
    at = _steps(one, other, steps, DENSE)
    return _gap(one(at), other(at), at)


def _gap(ours: Any, theirs: Any, at: Any) -> tuple[float, int]:
    """The largest difference relative to the peak so far and soon after: a curve that climbs for ever has no other."""
    soon = np.searchsorted(at, 10 * at + DENSE, side="right") - 1
    peak = np.maximum(np.maximum.accumulate(np.abs(ours))[soon], 1e-300)
    gap = np.abs(ours - theirs) / peak
    return float(np.max(gap)), int(at[np.argmax(gap > SAME)])


def _steps(one: LearningRateSchedule, other: LearningRateSchedule, steps: int | None, most: int) -> Any:
    """The steps to compare: all, or so many that are spread, and those around the knots."""
    end = steps if steps is not None else 2 * max(one.horizon, other.horizon) + 1000
    at = np.arange(end) if end <= most else np.linspace(0, end - 1, most).astype(np.int64)
    knots = np.concatenate([np.asarray(s.knots(min(end, 2**53)), dtype=float)[:most] for s in (one, other)])
    near = np.rint(np.add.outer(knots, [-1, 0, 1])).astype(np.int64).ravel()
    return np.unique(np.concatenate([at, near[(near >= 0) & (near < end)]]))
