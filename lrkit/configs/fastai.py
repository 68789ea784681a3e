"""fastai: a method of the learner with its arguments, ``{"fit_one_cycle": {"n_epoch": 5, "lr_max": 1e-3}}``.

Source: fastai/fastai 2.8.12, fastai/callback/schedule.py and optimizer.py (set_hyper). The position in the run is the
update over all updates, so that the last update is one before the end of the curve.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .._configured import Configured
from ..budget import Budget
from ..interop._decays import cosine
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ._batches import with_epochs
from ._budgets import filled
from ._fields import Fields
from ._plain import Unread
from ._system import System, having

SHORT = "fastai's last update has the rate of one update before the end: the final rate is never used."
UNSAID = "groups does not say how many groups the model has: those of a slice are the first and the last."
SLICE = re.compile(r"slice\(\s*([^(),]+?)\s*(?:,\s*([^(),]+?)\s*)?,?\s*\)")
MOMENTS = [0.95, 0.85, 0.95]
MOST_CYCLES = 60
Read = dict[str, LearningRateSchedule]
Rates = dict[str, float]
"""Each group's rate."""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    name, own = fields.one_of(METHODS)
    epochs = _epochs(name, own)
    known, batches = with_epochs(fields, "counts batches", filled(budget, epochs=epochs))
    found = METHODS[name](own, epochs * batches, batches)
    return fields.found(found, known, SHORT, UNSAID if "last" in found else "")


def _epochs(name: str, own: Fields) -> int:
    """All epochs of a method."""
    if name == "fit_sgdr":
        return _cycles(own)
    frozen: int = own.whole("freeze_epochs", 1) if name == "fine_tune" else 0
    epochs: int = own.whole("epochs" if name == "fine_tune" else "n_epoch", low=1)
    return frozen + epochs


# The rates of the groups


def _rates(own: Fields, name: str) -> Rates:
    """A number for all, a list of one for each group, or ``slice(first, last)``, spread geometrically between."""
    value = own.get(name, 1e-3)
    if isinstance(value, list):
        return _named(own.numbers(name))
    text = value.text if isinstance(value, Unread) else value
    if isinstance(text, str) and (match := SLICE.fullmatch(text.strip())):
        ends = {"start": match[1] if match[2] else None, "stop": match[2] or match[1]}
        part = own.of({key: _number(end) for key, end in ends.items()}, own.at(name))
        return _sliced(own, part.number("start", None, low=0), part.number("stop", above=0))
    return {"lr": own.number(name, 1e-3, above=0)}


def _sliced(own: Fields, start: float | None, stop: float) -> Rates:
    """Without a first rate, a tenth of the last for all groups but the last."""
    first = start or stop / 10
    groups = own.whole("groups", None, low=1)
    if groups is None:
        return {"first": first, "last": stop}
    if groups > 10_000:
        raise own.error("groups", "a whole number from 1 to 10,000", groups)
    if groups == 1:
        return {"lr": stop}
    if not start:
        return _named([first] * (groups - 1) + [stop])
    return _named([first * (stop / first) ** (k / (groups - 1)) for k in range(groups)])


def _named(rates: list[float]) -> Rates:
    return {f"group {k}": rate for k, rate in enumerate(rates)}


def _number(text: str | None) -> float | str | None:
    try:
        return None if text in (None, "None") else float(text)
    except ValueError:
        return text


# The methods


def _one_cycle(own: Fields, total: int, _: int) -> Read:
    return _cycle(own, _rates(own, "lr_max"), own.number("pct_start", 0.25, above=0, high=1), 25.0, total)


def _cycle(own: Fields, rates: Rates, share: float, div: float, total: int) -> Read:
    """Two halves of a cosine, at points that may lie between two updates; the momentum goes the other way."""
    points = (0.0, share * total, float(total))
    first, last = 1 / own.number("div", div, above=0), 1 / own.number("div_final", 1e5, above=0)
    moments = own.numbers("moms", MOMENTS)
    if len(moments) != 3:
        raise own.error("moms", "three numbers", moments)
    knots = points if share < 1 else points[:2]
    ends = {name: (top * first, top, top * last) for name, top in rates.items()} | {"momentum": tuple(moments)}
    return {name: PiecewiseCosineLR(knots, values[: len(knots)]) for name, values in ends.items()}


def _fine_tune(own: Fields, total: int, batches: int) -> Read:
    """An epoch with all but the last group frozen, and then all groups, at half the rate and far less."""
    rate, frozen = own.number("base_lr", 2e-3, above=0), own.whole("freeze_epochs", 1) * batches
    spread = own.number("lr_mult", 100, above=0)
    share = own.number("pct_start", 0.3, above=0, high=1)
    after = _cycle(own, _sliced(own, rate / 2 / spread, rate / 2), share, 5.0, total - frozen)
    if not frozen:
        return after
    alone = own.of({key: value for key, value in own.data.items() if key != "div"}, own.path)
    before = _cycle(alone, _sliced(own, None, rate), 0.99, 25.0, frozen)
    return {name: before[name].then(curve, frozen) for name, curve in after.items()}


def _flat_cosine(own: Fields, total: int, _: int) -> Read:
    share, div = own.number("pct_start", 0.75, low=0, high=1), own.number("div_final", 1e5, above=0)
    return {name: _flat(rate, rate / div, share, total) for name, rate in _rates(own, "lr").items()}


def _flat(rate: float, last: float, share: float, total: int) -> LearningRateSchedule:
    if share in (0, 1):
        return ConstantLR(rate) if share else cosine(rate, last, total)
    return PiecewiseCosineLR((0.0, share * total, float(total)), (rate, rate, last))


def _cycles(own: Fields) -> int:
    """The epochs of all cycles, each `cycle_mult` times as long as the one before."""
    count, growth = own.whole("n_cycles", low=1), own.whole("cycle_mult", 2, low=2)
    if count > MOST_CYCLES or growth > 1_000:
        raise own.error("n_cycles", f"a whole number from 1 to {MOST_CYCLES}, with cycle_mult up to 1,000", count)
    epochs: int = own.whole("cycle_len", low=1) * (growth**count - 1) // (growth - 1)
    return epochs


def _restarts(own: Fields, total: int, batches: int) -> Read:
    length, growth = own.whole("cycle_len", low=1), own.whole("cycle_mult", 2, low=2)
    sizes: list[int] = []
    while sum(sizes) < total:
        sizes.append(length * growth ** len(sizes) * batches)
    starts = tuple(sum(sizes[: k + 1]) for k in range(len(sizes) - 1))
    found: Read = {}
    for name, top in _rates(own, "lr_max").items():
        waves = tuple(cosine(top, 0.0, size) for size in sizes)
        found[name] = JoinLR(waves, starts) if starts else waves[0]
    return found


def _constant(own: Fields, total: int, _: int) -> Read:
    return {name: ConstantLR(rate) for name, rate in _rates(own, "lr").items()}


METHODS: dict[str, Callable[[Fields, int, int], Read]] = {
    "fit_one_cycle": _one_cycle,
    "fine_tune": _fine_tune,
    "fit_flat_cos": _flat_cosine,
    "fit_sgdr": _restarts,
    "fit": _constant,
}
SYSTEM = System("fastai", "fastai", having(METHODS), _read)
