"""Charts and panels drawn at random, with a seed: what the layout of every renderer must bear."""

from __future__ import annotations

import random
from typing import Any

from batches import GPT3, IMAGES

from lrkit import (
    ConstantLR,
    CosineDecayLR,
    ExponentialDecayLR,
    JoinLR,
    PiecewiseConstantLR,
    PolynomialDecayLR,
    WarmUpLR,
)
from lrkit.chart import Chart, Panels, make_chart

WORDS = (
    "cosine", "linear", "warm up", "inverse square root", "WSD", "one cycle", "restarts", "baseline", "run 17",
    "η=0.1", "batch 4096", "no decay", "step decay at 30 %", "AdamW", "learning-rate-with-hyphens", "a", "Ω",
    "an_identifier_without_any_space_that_goes_on_and_on", "$x_1$", "<b>&amp;", "%{y}",
)  # fmt: skip
PEAKS = (1e-12, 2e-5, 3e-4, 0.00285, 0.003, 0.1, 1.0, 3.0, 50.0, 20_000.0)
LENGTHS = (1, 2, 7, 30, 31, 100, 999, 1_000, 1_500, 9_999, 10_000, 10_001, 123_456, 1_000_000, 300_000_000_000)


def random_picture(seed: int) -> tuple[Chart | Panels, str]:
    """A picture and its theme: one chart of 1 to 30 curves, or panels of up to six."""
    pick = random.Random(seed)
    theme = pick.choice(("light", "dark"))
    if pick.random() < 0.75:
        return _chart(pick, _how_many(pick)), theme
    rows, columns = pick.choice(((1, 2), (2, 1), (2, 2), (2, 3), (3, 1), (1, 3)))
    peak, length, options = pick.choice(PEAKS), pick.choice(LENGTHS[2:]), _options(pick)
    together = pick.random() < 0.5
    charts = []
    for _ in range(rows * columns - (rows > 1 and pick.random() < 0.3)):
        many = pick.choice((1, 1, 2, 5)) if together else 1
        charts.append(_chart(pick, many, peak, length, options, title=None if many == 1 else _text(pick, 4)))
    kept = [charts[k : k + columns] for k in range(0, len(charts), columns)]
    return Panels(kept, [pick.choice((2.0, 3.0)) for _ in kept], shared=pick.random() < 0.5), theme


def _chart(
    pick: random.Random,
    many: int,
    peak: float | None = None,
    length: int | None = None,
    options: dict[str, Any] | None = None,
    title: str | None = None,
) -> Chart:
    peak, length = peak or pick.choice(PEAKS), length or pick.choice(LENGTHS)
    schedules = [_schedule(pick, peak * pick.choice((1, 1, 0.5, 0.01, 1.7)), length) for _ in range(many)]
    title = title or pick.choice((None, None, "", _text(pick, 3), _text(pick, 20)))
    labels = pick.choice((None, [_text(pick, pick.choice((1, 2, 2, 7))) for _ in schedules]))
    return make_chart(schedules, labels=labels, title=title, steps=length, **(options or _options(pick)))


def _how_many(pick: random.Random) -> int:
    return pick.choice((1, 1, 1, 2, 2, 3, 4, 5, 8, 9, 12, pick.randint(1, 30), 20, 30))


def _options(pick: random.Random) -> dict[str, Any]:
    options: dict[str, Any] = {"yscale": pick.choice(("linear", "linear", "log"))}
    options |= pick.choice((
        {}, {}, {"steps_per_epoch": 7}, {"x": "epoch", "steps_per_epoch": 390}, {"x": "progress"}, {"budget": GPT3},
        {"x": ("token", "step"), "budget": GPT3}, {"x": "hour", "budget": IMAGES},
        {"x": ("epoch", "sample"), "budget": IMAGES},
    ))  # fmt: skip
    if pick.random() < 0.2:
        options["dashes"] = True
    if pick.random() < 0.3:
        options["marks"] = pick.choice((["peak"], ["first", "peak", "end"], {"resume": 0}, [0]))
    return options


def _schedule(pick: random.Random, peak: float, length: int) -> Any:
    part = max(1, length // pick.choice((2, 3, 10)))
    shapes = (
        lambda: ConstantLR(peak),
        lambda: WarmUpLR(peak, part),
        lambda: CosineDecayLR(0.0, peak, length),
        lambda: CosineDecayLR(peak / 100, peak, part),
        lambda: PolynomialDecayLR(peak, peak / 10, length, 1),
        lambda: ExponentialDecayLR(peak, 0.1, part),
        lambda: PiecewiseConstantLR([part, length], [peak, peak / 10]),
        lambda: JoinLR([WarmUpLR(peak, part), CosineDecayLR(0.0, peak, length)], [part]),
        lambda: JoinLR([WarmUpLR(peak, part), ConstantLR(peak), CosineDecayLR(0.0, peak, part)], [part, 2 * part]),
        lambda: CosineDecayLR(0.0, peak, part).repeat(max(1, length // 5)),
        lambda: -CosineDecayLR(0.0, peak, length) + peak * 1.1,
    )
    return pick.choice(shapes)()


def _text(pick: random.Random, most: int) -> str:
    return " ".join(pick.choice(WORDS) for _ in range(pick.randint(1, most)))
