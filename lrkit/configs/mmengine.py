"""mmengine (mmdet, mmseg, mmpose, mmpretrain): the list ``param_scheduler`` of a config.

A step is an iteration of the train loop. The arithmetic is that of `lrkit.interop`'s reader of live schedulers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..interop._mmengine_windows import (
    ENDLESS,
    FOLLOWS,
    KINDS,
    SUFFIXES,
    Window,
    curve_of,
    kind_of,
    overlapping,
    peak_lost,
    windows_of,
)
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ._batches import with_epochs
from ._budgets import filled
from ._fields import Fields
from ._plain import Unread
from ._system import System

NUMBERS = (
    "factor", "start_factor", "end_factor", "gamma", "power", "eta_min", "eta_min_ratio", "eta_max", "pct_start",
    "div_factor", "final_div_factor",
)  # fmt: skip
COUNTS = ("step_size", "T_max", "total_steps")
LISTS = ("milestones", "periods")
NO_MINIMUM = "A cosine whose T_max is its window ends a step before eta_min: the last rate is held."
FROM_BEGIN = "The milestones of a window are counted from its begin, not from the start of the run."
NEVER = "A train loop by iterations has one epoch: schedulers with by_epoch=True, the default, are never stepped."
ONE_LESS = "The factor of ConstantLR lasts one step less than its window, where torch's lasts the whole of it."
ONCE = "LinearLR in a window of one step stays at its start factor."


def _recognise(data: Mapping[str, Any]) -> str:
    listed = data.get("param_scheduler")
    items = listed if isinstance(listed, list) else [listed]
    if any(isinstance(item, Mapping) and _kind(item) for item in items):
        return "it has param_scheduler"
    return "it has optim_wrapper" if isinstance(data.get("optim_wrapper"), Mapping) else ""


def _kind(item: Mapping[str, Any]) -> str | None:
    """The kind of a scheduler; the newer configs have the class itself in place of its name."""
    name = item.get("type")
    return kind_of(name.text if isinstance(name, Unread) else name) if isinstance(name, (str, Unread)) else None


def _read(fields: Fields, budget: Budget | None) -> Configured:
    train, loader = fields.part("train_cfg"), fields.part("train_dataloader")
    epochs, iterations = train.whole("max_epochs", None, low=1), train.whole("max_iters", None, low=1)
    batch = loader.whole("batch_size", None, low=1)
    known = filled(budget, batch=batch, updates=iterations, epochs=None if iterations else epochs)
    wrapper = fields.part("optim_wrapper")
    optimizer = wrapper.part("optimizer")
    scale = _scale(fields, batch, known)
    bases = {"lr": optimizer.number("lr", low=0) * scale, "momentum": optimizer.number("momentum", None, low=0)}
    windows: dict[str, list[Window]] = {}
    told = [f"auto_scale_lr makes lr {scale:g} times as high." if scale != 1 else ""]
    for item in fields.parts("param_scheduler"):
        key, made, words = _windows(item, bases, known, iterations, epochs)
        windows.setdefault(key, []).extend(made)
        told += words
    schedules: dict[str, LearningRateSchedule] = {"lr": ConstantLR(bases["lr"])}
    for key, made in windows.items():
        schedules[key] = curve_of(made, bases[key])
        told.append(_overlap(made, schedules[key], bases[key]))
    together = wrapper.whole("accumulative_counts", 1, low=1)
    told.append(f"A step is an iteration: the weights are updated every {together}." if together > 1 else "")
    return fields.found(schedules, known, *dict.fromkeys(told))


def _scale(fields: Fields, batch: int | None, known: Budget | None) -> float:
    """What ``auto_scale_lr`` multiplies the rate by: batch and processes, without accumulation."""
    scaling = fields.part("auto_scale_lr")
    if not scaling.flag("enable", False):
        return 1.0
    if batch is None and known is not None:
        batch = known.batch
    if batch is None or known is None:
        raise fields.missing("scales lr by the batch size (auto_scale_lr)", "how many processes there are", "processes")
    return float(batch * known.processes) / float(scaling.whole("base_batch_size", low=1))


def _windows(  # noqa: C901  # what each kind demands, in turn
    item: Fields, bases: Mapping[str, Any], known: Budget | None, iterations: int | None, epochs: int | None
) -> tuple[str, list[Window], list[str]]:
    """One entry of the list: the hyper-parameter that it moves, its windows, and what is to be said."""
    kind = _kind(item.data)
    if kind is None:
        known_kinds = ", ".join(f"{name}{SUFFIXES[0]}" for name in KINDS)
        raise item.error("type", f"one of {known_kinds}", item.get("type"))
    if kind == FOLLOWS:
        raise item.refusal(f"{item.at('type')}: {item.get('type')} follows a metric, which no config has")
    name = str(item.get("type"))
    key = "momentum" if name.endswith("Momentum") else item.text("param_name", "lr")
    if bases.get(key) is None:
        raise item.refusal(f"{item.at('type')}: {name} moves {key}, and optim_wrapper.optimizer has none")
    options = _options(item, kind)
    by_epoch = item.flag("by_epoch", True)
    if (end := epochs if by_epoch else iterations) is not None:
        options.setdefault("end", end)
    words = [FROM_BEGIN if kind == "MultiStep" and options.get("begin") else ""]
    block = 1
    if by_epoch:
        if iterations is not None and not item.flag("convert_to_iter_based", False):
            return key, windows_of(kind, options, bases[key], iterations, by_epoch=True), [NEVER]
        _, block = with_epochs(item, "counts epochs (by_epoch=True)", known)
        if item.flag("convert_to_iter_based", False):
            options, block, by_epoch = _converted(options, block), 1, False
    if kind == "CosineAnnealing" and options.get("T_max", size := _size(options)) == size and size < ENDLESS:
        words.append(NO_MINIMUM)
    if kind == "Constant" and _size(options) < ENDLESS:
        words.append(ONE_LESS)
    if kind == "Linear" and _size(options) == 1:
        words.append(ONCE)
    try:
        return key, windows_of(kind, options, bases[key], block, by_epoch), words
    except KeyError as missing:
        raise item.refusal(f"{item.at(missing.args[0])} is missing: {name} needs it") from None
    except ValueError as error:
        raise item.refusal(f"{item.at('type')}: {name}: {error}") from None


def _options(item: Fields, kind: str) -> dict[str, Any]:
    """The arguments of a scheduler, each of its kind."""
    found: dict[str, Any] = {name: item.number(name) for name in NUMBERS if item.has(name)}
    found |= {name: item.whole(name, low=1) for name in COUNTS if item.has(name)}
    found |= {name: [int(value) for value in item.numbers(name)] for name in LISTS if item.has(name)}
    found |= {name: item.number(name, low=0) for name in ("begin", "end") if item.has(name)}
    if item.has("restart_weights"):
        found["restart_weights"] = item.numbers("restart_weights")
    if kind == "OneCycle":
        found["anneal_strategy"] = item.text("anneal_strategy", "cos", ("cos", "linear"))
        found["three_phase"] = item.flag("three_phase", False)
    return found


def _size(options: Mapping[str, Any]) -> int:
    return int(options.get("end", ENDLESS)) - int(options.get("begin", 0))


def _converted(options: Mapping[str, Any], length: int) -> dict[str, Any]:
    """The options in iterations, as ``convert_to_iter_based=True`` makes them."""
    longer = dict(options)
    for name in ("begin", "end", *COUNTS):
        if name in longer and not (name == "end" and longer[name] >= ENDLESS):
            longer[name] = int(longer[name] * length)
    for name in LISTS:
        if name in longer:
            longer[name] = [int(value * length) for value in longer[name]]
    return longer


def _overlap(windows: list[Window], curve: LearningRateSchedule, base: float) -> str:
    """What windows that overlap do to one another."""
    peak = peak_lost(windows, curve, base)
    if peak is None:
        return ""
    one, other = overlapping(windows)[0]
    return (
        f"The windows of {one.label} and {other.label} overlap, and each multiplies what the other has made: the "
        f"highest rate is {peak:.6g}, {peak / base:.3f} of the optimizer's."
    )


SYSTEM = System("mmengine", "mmengine", _recognise, _read, aliases=("mmdet", "mmdetection"))
