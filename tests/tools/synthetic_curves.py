"""The rates of every schedule that a run could log, by the formulas that the libraries document."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np

PEAKS = (1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 2.5e-4, 3e-4, 6e-4, 1e-3, 4e-3, 0.01, 0.05, 0.1)
ROUND = (1200, 1500, 2000, 2500, 3000, 4000, 5000)

Shape = Callable[[Any], Any]
Drawn = tuple[dict[str, Any], int, Shape]


@dataclass(frozen=True)
class Curve:
    """The rate of each update of a run, and the numbers behind it, by lrkit's names where it has one."""

    family: str
    draw: int
    rates: Any
    numbers: dict[str, Any]
    total: int


class Draw(Protocol):
    """Who chooses the numbers of a curve."""

    def of(self, values: Any) -> Any:
        """One of some values."""

    def between(self, low: int, high: int) -> int:
        """A whole number of an interval, its ends among them."""

    def peak(self) -> float: ...

    def length(self) -> int: ...

    def warmup(self, total: int) -> int: ...

    def floor(self, peak: float) -> float: ...


class AsPeopleDo:
    """Numbers as people choose them, always the same for a family and a number."""

    def __init__(self, family: str, k: int) -> None:
        self.random = np.random.default_rng([zlib.crc32(family.encode()), k])
        self.k = k

    def of(self, values: Any) -> Any:
        return values[int(self.random.integers(len(values)))]

    def between(self, low: int, high: int) -> int:
        return int(self.random.integers(low, high + 1))

    def peak(self) -> float:
        return float(self.of(PEAKS))

    def length(self) -> int:
        """Half of them round, half as an epoch's length and a data set leave them."""
        return int(self.of(ROUND) if self.k % 2 else self.between(1100, 5000))

    def warmup(self, total: int) -> int:
        return int(self.of((20, 50, 100, 200, math.ceil(0.03 * total), math.ceil(0.1 * total), int(0.05 * total))))

    def floor(self, peak: float) -> float:
        return float(self.of((0.1, 0.01, 0.05)) * peak if self.k % 2 else self.of((1e-6, 1e-5)) * min(1.0, peak * 1e3))


FAMILIES: dict[str, Callable[[Draw], Drawn]] = {}


def family(name: str) -> Callable[[Callable[[Draw], Drawn]], Callable[[Draw], Drawn]]:
    def entered(draw: Callable[[Draw], Drawn]) -> Callable[[Draw], Drawn]:
        FAMILIES[name] = draw
        return draw

    return entered


@cache
def curve(name: str, k: int) -> Curve:
    """The `k`-th draw of a family, to the second update past its end."""
    return drawn(name, k, AsPeopleDo(name, k))


def drawn(name: str, k: int, draw: Draw) -> Curve:
    numbers, total, rate = FAMILIES[name](draw)
    return Curve(name, k, np.asarray(rate(np.arange(total + 3, dtype=np.float64)), np.float64), numbers, total)


# Up in a line, level, down to a floor in some shape: what most trainers have.


def line(u: Any) -> Any:
    return 1 - u


def half_cosine(u: Any) -> Any:
    return 0.5 * (1 + np.cos(np.pi * u))


def power(p: float) -> Shape:
    return lambda u: (1 - u) ** p


def decaying(
    name: str, shape: Shape, *, warm: bool = False, level: bool = False, floor: Any = None, from_floor: bool = False
) -> None:
    def draw(d: Draw) -> Drawn:
        peak, total = d.peak(), d.length()
        numbers: dict[str, Any] = {"max_lr": peak}
        warmup = d.warmup(total) if warm else 0
        stable = int(d.of((0.3, 0.6, 0.7, 0.8)) * total) - warmup if level else 0
        low = 0.0 if floor is None else d.floor(peak) if floor == "drawn" else floor
        numbers |= {"warmup_steps": warmup} if warm else {}
        numbers |= {"stable_steps": stable} if level else {}
        numbers |= {"min_lr": low} if floor is not None else {}
        decay = total - warmup - stable
        numbers["decay_steps"] = decay
        start = low if from_floor else 0.0

        def rate(t: Any) -> Any:
            down = low + (peak - low) * shape(np.clip((t - warmup - stable) / decay, 0, 1))
            return np.where(t < warmup, start + (peak - start) * t / max(warmup, 1), down)

        return numbers, total, rate

    FAMILIES[name] = draw


decaying("linear", line)
decaying("linear + warm-up", line, warm=True)
decaying("linear to a floor", line, floor="drawn")
decaying("linear to a floor + warm-up", line, warm=True, floor="drawn")
decaying("cosine", half_cosine)
decaying("cosine + warm-up", half_cosine, warm=True)
decaying("cosine to a floor", half_cosine, floor="drawn")
decaying("cosine to a floor + warm-up", half_cosine, warm=True, floor="drawn")
decaying("power 2 + warm-up", power(2.0), warm=True, floor=1e-7)
decaying("power 2", power(2.0))
decaying("power 0.9", power(0.9))
decaying("power 0.5", power(0.5))
decaying("wsd linear", line, warm=True, level=True)
decaying("wsd cosine", half_cosine, warm=True, level=True, floor="drawn", from_floor=True)  # as transformers has it
decaying("wsd 1-sqrt", lambda u: 1 - np.sqrt(u), warm=True, level=True)
decaying("wsd 1-square", lambda u: 1 - u**2, warm=True, level=True)
decaying("flat cosine", half_cosine, level=True)
decaying("rex", lambda u: (1 - u) / (1 - 0.5 * u))
decaying("tanh", lambda u: 0.5 * (1 - np.tanh(-6 * (1 - u) + 3 * u)))
decaying("cosine k-decay 1.5", lambda u: half_cosine(u**1.5), floor="drawn")
decaying("half cosine", lambda u: 0.5 * (1 + np.cos(np.pi * (1 + u) / 2)) * 2)


@family("cosine to a floor, warm-up of t + 1")
def _(d: Draw) -> Drawn:
    """As nanoGPT and llm.c have it: the first update is made with a rate above 0, and the top is used twice."""
    peak, total = d.peak(), d.length()
    warmup, low = d.warmup(total), d.floor(peak)

    def rate(t: Any) -> Any:
        down = low + (peak - low) * half_cosine(np.clip((t - warmup) / (total - warmup), 0, 1))
        return np.where(t < warmup, peak * (t + 1) / warmup, down)

    return {"max_lr": peak, "min_lr": low, "warmup_steps": warmup, "decay_steps": total - warmup}, total, rate


# Levels.


@family("constant")
def _(d: Draw) -> Drawn:
    peak = d.peak()
    return {"max_lr": peak}, d.length(), lambda t: np.full_like(t, peak)


@family("constant + warm-up")
def _(d: Draw) -> Drawn:
    peak, total = d.peak(), d.length()
    warmup = d.warmup(total)
    return {"max_lr": peak, "warmup_steps": warmup}, total, lambda t: peak * np.minimum(t / warmup, 1)


@family("step")
def _(d: Draw) -> Drawn:
    peak, total, gamma = d.peak(), d.length(), d.of((0.1, 0.5, 0.9))
    period = int(d.of((total // 3, total // 4, 300, 500)))
    return {"max_lr": peak, "gamma": gamma, "decay_steps": period}, total, lambda t: peak * gamma ** (t // period)


def _steps(d: Draw, fractions: tuple[float, ...]) -> tuple[float, int, float, list[int]]:
    peak, total, gamma = d.peak(), d.length(), d.of((0.1, 0.2, 0.5))
    return peak, total, gamma, [int(part * total) for part in fractions]


def _named(milestones: list[int]) -> dict[str, Any]:
    return {f"milestones[{k}]": milestone for k, milestone in enumerate(milestones)}


@family("multi-step")
def _(d: Draw) -> Drawn:
    peak, total, gamma, marks = _steps(d, d.of(((0.5, 0.75), (0.3, 0.6, 0.9), (2 / 3, 8 / 9))))
    numbers = {"max_lr": peak, "gamma": gamma, **_named(marks)}
    return numbers, total, lambda t: peak * gamma ** np.searchsorted(marks, t, "right")


@family("multi-step + warm-up")
def _(d: Draw) -> Drawn:
    peak, total, gamma, marks = _steps(d, (2 / 3, 8 / 9))
    warmup = d.warmup(total)
    numbers = {"max_lr": peak, "gamma": gamma, "warmup_steps": warmup, **_named(marks)}
    return numbers, total, lambda t: peak * np.minimum(t / warmup, 1) * gamma ** np.searchsorted(marks, t, "right")


@family("plateau")
def _(d: Draw) -> Drawn:
    """A metric decided when: the factor is all that there is to find."""
    peak, total, gamma = d.peak(), d.length(), d.of((0.1, 0.5, 0.2))
    marks = sorted(d.between(total // 8, total) for _ in range(4))
    return {"max_lr": peak, "gamma": gamma}, total, lambda t: peak * gamma ** np.searchsorted(marks, t, "right")


# Without an end.


@family("exponential")
def _(d: Draw) -> Drawn:
    peak, total, gamma = d.peak(), d.length(), d.of((0.999, 0.9995, 0.998))
    return {"max_lr": peak, "gamma": gamma}, total, lambda t: peak * gamma**t


@family("exponential, keras")
def _(d: Draw) -> Drawn:
    peak, total, rate, steps = d.peak(), d.length(), d.of((0.96, 0.9, 0.5)), d.of((100, 1000, 500))
    numbers = {"max_lr": peak, "keras_rate": rate, "keras_steps": steps}
    return numbers, total, lambda t: peak * rate ** (t / steps)


@family("inverse square root")
def _(d: Draw) -> Drawn:
    peak, total = d.peak(), d.length()
    warmup = d.warmup(total)
    numbers = {"max_lr": peak, "warmup_steps": warmup}
    return numbers, total, lambda t: peak * np.where(t < warmup, t / warmup, np.sqrt(warmup / np.maximum(t, warmup)))


@family("noam")
def _(d: Draw) -> Drawn:
    width, warmup, total = d.of((256, 512, 1024)), d.of((400, 200, 1000)), d.length()
    fall = lambda t: width**-0.5 * np.minimum(np.maximum(t, 1) ** -0.5, t * warmup**-1.5)  # noqa: E731
    return {"max_lr": (width * warmup) ** -0.5, "warmup_steps": warmup}, total, fall


@family("t5")
def _(d: Draw) -> Drawn:
    level, total = d.of((100, 500, 1000)), d.length()
    return {}, total, lambda t: 1 / np.sqrt(np.maximum(t, level))


@family("inverse time")
def _(d: Draw) -> Drawn:
    peak, total, rate, steps = d.peak(), d.length(), d.of((0.5, 1.0)), d.of((100, 1000))
    numbers = {"max_lr": peak, "keras_rate": rate, "keras_steps": steps}
    return numbers, total, lambda t: peak / (1 + rate * t / steps)


@family("power law + warm-up")
def _(d: Draw) -> Drawn:
    peak, total, exponent = d.peak(), d.length(), d.of((0.51, 0.25, 1.0))
    warmup = d.warmup(total)
    numbers = {"max_lr": peak, "warmup_steps": warmup}
    fall = lambda t: np.where(t < warmup, t / warmup, (np.maximum(t, 1) / warmup) ** -exponent)  # noqa: E731
    return numbers, total, lambda t: peak * fall(t)


# Up again.


@family("one-cycle")
def _(d: Draw) -> Drawn:
    peak, total, part = d.peak(), d.length(), d.of((0.3, 0.1, 0.25))
    start, end, top = peak / 25, peak / 25 / 1e4, part * total - 1
    up = lambda t: peak + (start - peak) * half_cosine(t / top)  # noqa: E731
    down = lambda t: end + (peak - end) * half_cosine(np.minimum((t - top) / (total - 1 - top), 1))  # noqa: E731
    return {"max_lr": peak, "pct_start": part}, total, lambda t: np.where(t <= top, up(t), down(t))


@family("one-cycle, lines")
def _(d: Draw) -> Drawn:
    peak, total, part = d.peak(), d.length(), d.of((0.3, 0.1, 0.25))
    start, end, top = peak / 25, peak / 25 / 1e4, part * total - 1
    numbers = {"max_lr": peak, "pct_start": part}
    return numbers, total, lambda t: np.interp(t, [0, top, total - 1], [start, peak, end])


@family("slanted triangle")
def _(d: Draw) -> Drawn:
    peak, total = d.peak(), d.length()
    return {"max_lr": peak}, total, lambda t: np.interp(t, [0, int(total * 0.1), total], [peak / 32, peak, peak / 32])


@family("restarts")
def _(d: Draw) -> Drawn:
    peak, total = d.peak(), d.length()
    period = int(d.of((total // 3, total // 4, 500)))
    return {"max_lr": peak, "period_steps": period}, total, lambda t: peak * half_cosine(t % period / period)


@family("restarts, doubled")
def _(d: Draw) -> Drawn:
    peak, total = d.peak(), d.length()
    period, low = int(d.of((total // 7, 300, 250))), d.floor(peak)
    ends = period * np.cumsum(2.0 ** np.arange(12))
    cycle = lambda t: np.searchsorted(ends, t, "right")  # noqa: E731
    place = lambda t: (t - period * (2.0 ** cycle(t) - 1)) / (period * 2.0 ** cycle(t))  # noqa: E731
    numbers = {"max_lr": peak, "min_lr": low, "period_steps": period, "multiplier": 2.0}
    return numbers, total, lambda t: low + (peak - low) * half_cosine(place(t))


@family("hard restarts + warm-up")
def _(d: Draw) -> Drawn:
    peak, total, cycles = d.peak(), d.length(), d.of((2, 3, 4))
    warmup = d.warmup(total)

    def rate(t: Any) -> Any:
        done = np.clip((t - warmup) / (total - warmup), 0, 1)
        down = np.where(done >= 1, 0.0, half_cosine(cycles * done % 1.0))
        return peak * np.where(t < warmup, t / warmup, down)

    return {"max_lr": peak, "warmup_steps": warmup, "cycles": cycles}, total, rate


@family("triangles")
def _(d: Draw) -> Drawn:
    peak, total = d.peak(), d.length()
    low, up = peak / d.of((10, 100)), int(d.of((200, 250, total // 6)))
    numbers = {"base_lr": low, "max_lr": peak, "up_steps": up}
    return numbers, total, lambda t: low + (peak - low) * (1 - np.abs(t / up % 2 - 1))


@family("cosine wave")
def _(d: Draw) -> Drawn:
    peak, total = d.peak(), d.length()
    half, low = total // 3, d.floor(peak)
    numbers = {"max_lr": peak, "min_lr": low, "decay_steps": half}
    return numbers, total, lambda t: low + (peak - low) * half_cosine(t / half)


# Rises that are no line.


@family("half-cosine warm-up")
def _(d: Draw) -> Drawn:
    peak, total = d.peak(), d.length()
    warmup = total // 4
    return {"max_lr": peak}, total, lambda t: peak * (1 - half_cosine(np.minimum(t / warmup, 1)))


@family("power warm-up")
def _(d: Draw) -> Drawn:
    peak, total = d.peak(), d.length()
    warmup = total // 4
    return {"max_lr": peak}, total, lambda t: peak * np.minimum(t / warmup, 1) ** 2


@family("exponential warm-up")
def _(d: Draw) -> Drawn:
    peak, total, scale = d.peak(), d.length(), d.of((100, 500, 1000))
    return {"max_lr": peak}, total, lambda t: peak * -np.expm1(-(t + 1) / scale)
