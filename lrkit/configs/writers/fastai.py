"""Configs of fastai that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ...schedules.constant import ConstantLR
from ...schedules.cosine_decay import CosineDecayLR
from ...schedules.join import JoinLR
from ...schedules.piecewise_cosine import PiecewiseCosineLR
from ._anatomy import anatomy, tidy
from ._writer import Config, Proposal


def write(schedule: LearningRateSchedule) -> Iterator[Proposal]:
    """One epoch of as many batches as the curve is long: only a cosine by parts has a form."""
    match schedule:
        case PiecewiseCosineLR((_, top, end), (first, rate, last)) if first and last:
            own = {"lr_max": rate, "div": tidy(rate / first), "div_final": tidy(rate / last)}
            yield _epoch("fit_one_cycle", own | {"pct_start": tidy(top / end)}, int(end))
            own = {"lr": rate, "div_final": tidy(rate / last), "pct_start": tidy(top / end)}
            yield _epoch("fit_flat_cos", own, int(end))
        case ConstantLR(rate):
            yield _epoch("fit", {"lr": rate}, 1)
        case CosineDecayLR(0.0, rate, end):
            cycle = {"n_cycles": 1, "cycle_len": 1, "lr_max": rate}
            yield Proposal({"fit_sgdr": cycle}, f"batches={end}")
    a = anatomy(schedule)
    if a.falls and a.low:
        own = {"lr": a.peak, "div_final": tidy(a.peak / a.low), "pct_start": tidy(a.leave / a.bottom)}
        yield _epoch("fit_flat_cos", own, a.bottom)
    yield from _cycled(schedule)


def _cycled(schedule: LearningRateSchedule) -> Iterator[Proposal]:
    """Cosines to 0, each `cycle_mult` times as long as the one before."""
    if isinstance(schedule, JoinLR) and all(isinstance(part, CosineDecayLR) for part in schedule.schedules):
        first = schedule.milestones[0]
        growth = round((schedule.milestones[1] - first) / first) if len(schedule.milestones) > 1 else round(
            schedule.schedules[1].parameters()["decay_steps"] / first
        )  # fmt: skip
        own = {"n_cycles": len(schedule.schedules), "cycle_len": 1, "lr_max": schedule(0), "cycle_mult": growth}
        yield Proposal({"fit_sgdr": own}, f"batches={first}")


def _epoch(name: str, options: Config, batches: int) -> Proposal:
    return Proposal({name: {"n_epoch": 1, **options}}, f"batches={batches}")
