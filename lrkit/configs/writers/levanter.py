"""Configs of levanter that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ._anatomy import Anatomy, anatomy
from ._writer import Config

MOST_KNOTS = 1000


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """A warm-up, a stable part and a decay, in steps."""
    a = anatomy(schedule)
    warm = {"learning_rate": a.peak, "warmup": a.rise}
    if not a.falls:
        yield _config(a.rise + 1, {**warm, "lr_schedule": "constant"})
        return
    parts = {"stable": a.leave - a.rise} if a.leave > a.rise else {}
    for kind in ("cosine", "linear"):
        yield _config(a.bottom, {**warm, "lr_schedule": kind, "min_lr_ratio": a.ratio, **parts})
        yield from _in_cycles(schedule, {**warm, "lr_schedule": kind}, a)
    held = {"stable": a.leave - a.rise + 1} if a.leave > a.rise else {}  # its first step has the rate of its second
    yield _config(a.bottom, {**warm, "lr_schedule": "inv", "min_lr_ratio": a.ratio, **held})
    floor = schedule(100 * schedule.horizon)
    for ratio in (0.0, a.ratio, a.share(floor)):
        for stable in {0, max(0, a.leave - 10_000)}:
            root = {"lr_schedule": "inv_sqrt", "min_lr_ratio": ratio} | ({"stable": stable} if stable else {})
            yield _config(a.leave + 1, warm | root)


def _in_cycles(schedule: LearningRateSchedule, optimizer: Config, a: Anatomy) -> Iterator[Config]:
    """Cycles that end where the rate rises again."""
    knots = sorted({int(knot) for knot in schedule.knots(schedule.horizon + 1)})[:MOST_KNOTS]
    rate = {at: schedule(at) for knot in knots for at in range(max(0, knot - 2), knot + 2)}
    ends = [
        at for at in knots if at > max(a.rise, 1) and rate[at - 2] > rate[at - 1]
        and (rate[at] > rate[at - 1] or rate[at + 1] > rate[at])
    ]  # fmt: skip
    if ends:
        again = next((at for at in knots if at >= ends[0] and a.share(schedule(at)) == 1), ends[0])
        low = min(schedule(end) for end in (*ends, schedule.horizon))
        for ratio in {a.share(low), a.ratio, 0.0}:
            rise = {"rewarmup": again - ends[0], "min_lr_ratio": ratio, "cycles": ends}
            yield _config(max(schedule.horizon, ends[-1] + 1), optimizer | rise)


def _config(steps: int, optimizer: Config) -> Config:
    return {"trainer": {"num_train_steps": steps}, "optimizer": optimizer}
