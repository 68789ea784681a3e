"""torch's schedulers in lrkit's terms: what `from_torch` reads out of them. Needs nothing of torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ProductLR, ScaleLR
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._errors import refused
from ._numbers import plain
from ._shared_schedulers import CLASSES, closed_form, triangles

HOMES = ("torch.optim.lr_scheduler", "torch.optim.swa_utils", "lrkit.lr_scheduler.schedule")
GUESTS = {
    "CosineAnnealingWarmupRestarts": "pytorch_optimizer", "REXScheduler": "pytorch_optimizer",
    "GradualWarmupScheduler": "warmup_scheduler",
}  # fmt: skip
"""Classes that other packages derive from torch's, each with its package."""
SHAPES = {"cos": PiecewiseCosineLR, "linear": PiecewiseLinearLR}
Curve = LearningRateSchedule
T = TypeVar("T")


def curve(scheduler: Any, group: int, key: str = "lr") -> Curve:
    """The closed form of a scheduler's rates in a group, on its own clock."""
    name = class_of(scheduler)
    if name == "ScheduleLR":
        try:
            return scheduler.curve(group, key)  # type: ignore[no-any-return]
        except KeyError:
            raise refused("from_torch", f"this scheduler does not write {key!r}") from None
    if key != "lr" and key != momentum_of(scheduler):
        raise refused("from_torch", f"{name} does not write {key!r}")
    if name in READERS:
        return READERS[name](scheduler, group, key)
    return _within_domain(closed_form, scheduler, base_of(scheduler, group))


def _within_domain(form: Callable[..., T], *arguments: Any) -> T:
    """The curve of these arguments, or a refusal if an option is outside its domain."""
    try:
        return form(*arguments)
    except (TypeError, ValueError) as error:
        raise refused("from_torch", str(error)) from error


def class_of(scheduler: Any) -> str:
    """The name of the scheduler's class, which must be torch's own: a derived class may do anything."""
    cls = type(scheduler)
    name = cls.__name__
    if name == "ReduceLROnPlateau" and cls.__module__ in HOMES:
        raise refused("from_torch", "ReduceLROnPlateau follows a metric: lrkit.lr_scheduler.ReduceLROnPlateau does so")
    if cls.__module__.partition(".")[0] == GUESTS.get(name, ""):
        return name
    if cls.__module__ not in HOMES or not (name in CLASSES or name in READERS or name == "ScheduleLR"):
        raise refused("from_torch", f"{name} of {cls.__module__} is no scheduler of torch's own")
    if "get_lr" in vars(scheduler):
        raise refused("from_torch", f"get_lr of this {name} has been replaced")
    return name


def base_of(scheduler: Any, group: int) -> float:
    """The base rate of a group."""
    return float(scheduler.base_lrs[group])


def momentum_of(scheduler: Any) -> str:
    """The key under which a scheduler writes a momentum, if it does."""
    if not getattr(scheduler, "cycle_momentum", False):
        return ""
    return "betas" if scheduler.use_beta1 else "momentum"


def parts_of(scheduler: Any) -> list[Any]:
    """The schedulers that a composition is made of; none of another class."""
    return list(getattr(scheduler, "_schedulers", ()))


def leaves_of(scheduler: Any) -> Iterator[Any]:
    """The schedulers of a composition that are no compositions themselves."""
    if not (parts := parts_of(scheduler)):
        yield scheduler
    for part in parts:
        yield from leaves_of(part)


def links_of(scheduler: Any) -> Iterator[Any]:
    """The parts of a chain; in place of a chain among them, its parts."""
    for part in parts_of(scheduler):
        if class_of(part) == "ChainedScheduler":
            yield from links_of(part)
        else:
            yield part


def clock_of(scheduler: Any) -> Any:
    """The epoch that a scheduler has reached."""
    name = class_of(scheduler)
    if name == "ChainedScheduler":
        return clock_of(parts_of(scheduler)[0])
    if name == "REXScheduler":
        return scheduler.step_t - 1
    if name == "GradualWarmupScheduler" and scheduler.finished:
        return int(scheduler.total_epoch) + 1 + clock_of(scheduler.after_scheduler)
    return scheduler.last_epoch


def milestones_of(scheduler: Any) -> tuple[int, ...]:
    """The milestones of a ``SequentialLR``, if a join can have them."""
    given = [plain(milestone) for milestone in scheduler._milestones]  # noqa: SLF001
    if any(milestone < 0 or milestone % 1 != 0 for milestone in given) or given != sorted(given):
        raise refused("from_torch", f"the milestones {given} of SequentialLR must be whole and rise")
    return tuple(map(int, given))


# Classes whose attributes are not the options of a closed form ------------------------------------------------------


def _function(scheduler: Any, group: int, key: str) -> Curve:
    name, function = class_of(scheduler), scheduler.lr_lambdas[group]
    home = getattr(getattr(function, "func", function), "__module__", "") if name == "LambdaLR" else ""
    base = base_of(scheduler, group)
    if home == "transformers.optimization":
        from ._transformers_functions import from_lambda

        return from_lambda(function, base)
    if home.startswith("pytorch_optimizer.lr_scheduler"):
        from ._pytorch_optimizer_reading import of_function

        if (found := of_function(function, base)) is not None:
            return found
    raise refused("from_torch", f"{name} has a function of your own, which cannot be read")


def _cyclic(scheduler: Any, group: int, key: str) -> Curve:
    """The momentum goes the opposite way: the same wave with its ends exchanged."""
    if scheduler._scale_fn_custom is not None:  # noqa: SLF001
        raise refused("from_torch", "CyclicLR has a scale_fn of your own, which cannot be read")
    low, high = ("base_lrs", "max_lrs") if key == "lr" else ("max_momentums", "base_momentums")
    ends = getattr(scheduler, low)[group], getattr(scheduler, high)[group]
    wave = _within_domain(triangles, scheduler, *ends, scheduler.total_size, scheduler.step_ratio)
    if wave is None:
        raise refused("from_torch", "CyclicLR has step sizes that are not whole")
    return wave


def _one_cycle(scheduler: Any, group: int, key: str) -> Curve:
    """A phase may end between two steps; the last rate is held."""
    phases = scheduler._schedule_phases  # noqa: SLF001
    own = scheduler.optimizer.param_groups[group]
    word = "lr" if key == "lr" else "momentum"
    last = phases[-1]["end_step"]
    first = next(k for k, phase in enumerate(phases) if phase["end_step"] >= 0)
    ends, rates = [float(phases[first - 1]["end_step"]) if first else 0.0], [float(own[phases[first][f"start_{word}"]])]
    for phase in phases[first:]:
        ends.append(float(phase["end_step"]))
        rates.append(float(own[phase[f"end_{word}"]]))
        if ends[-1] >= last:  # with a long warm-up, the later phases have no step
            break
    shape = SHAPES[scheduler._anneal_func_type]  # noqa: SLF001
    # With a very short warm-up, the first phase that has a step began before step 0, where no curve begins. So it is
    # counted in units of the time before step 0, from 0 on, and shifted by one unit.
    missing = -ends[0]
    whole: Curve = shape(tuple(end / missing + 1 for end in ends) if missing else tuple(ends), tuple(rates))
    curve = whole.shift(-1).stretch(missing) if missing else whole
    return curve.hold(last) if ends[-1] > last else curve


def _averaging(scheduler: Any, group: int, key: str) -> Curve:
    """From the rate that it found at construction to ``swa_lr``; the first is computed from the present rate.

    Torch anneals by the steps taken since construction. In a run that is resumed by ``last_epoch`` these are fewer than
    the epochs: the first of them found the rate of ``last_epoch``.
    """
    own = scheduler.optimizer.param_groups[group]
    goal, length = float(own["swa_lr"]), scheduler.anneal_epochs
    if length == 0:
        return ConstantLR(goal)
    is_cosine = scheduler.anneal_func is type(scheduler)._cosine_anneal  # noqa: SLF001
    shape = SHAPES["cos" if is_cosine else "linear"]
    share = shape((0, length), (0.0, 1.0))
    taken = steps_taken(scheduler)
    start = float(own["lr"])
    for steps in (taken, max(scheduler.last_epoch - taken - 1, 0)):
        done = float(share(steps))
        start = (start - done * goal) / (1 - done) if done < 1 else base_of(scheduler, group)
    averaged: Curve = shape((0, length), (start, goal))
    return averaged


def steps_taken(scheduler: Any) -> int:
    """How often a scheduler has been stepped since it was made; a state that is loaded brings its own number."""
    return int(scheduler._step_count) - 1  # noqa: SLF001


def _sequential(scheduler: Any, group: int, key: str) -> Curve:
    milestones = milestones_of(scheduler)
    curves = tuple(curve(_fit(part, "SequentialLR"), group) for part in parts_of(scheduler))
    return JoinLR(curves, milestones) if milestones else curves[0]


def _chained(scheduler: Any, group: int, key: str) -> Curve:
    parts = list(links_of(scheduler))
    if len(parts) == 1:
        return curve(_fit(parts[0], "ChainedScheduler"), group)
    leaves = list(leaves_of(scheduler))
    if any(class_of(leaf) in ("CyclicLR", "OneCycleLR", "ScheduleLR") for leaf in leaves):
        raise refused("from_torch", "ChainedScheduler has a part that sets rates of its own, so there is no product")
    bases = {base_of(leaf, group) for leaf in leaves}
    if len(bases) > 1 or len({clock_of(part) for part in parts}) > 1:
        raise refused("from_torch", "the parts of ChainedScheduler have different base rates or epochs")
    base = bases.pop()
    if base == 0:
        return ConstantLR(0.0)
    first, *others = (curve(_fit(part, "ChainedScheduler"), group) for part in parts)
    return ProductLR((first, *(ScaleLR(other, 1 / base) for other in others)))


def _fit(part: Any, whole: str) -> Any:
    name = class_of(part)
    if name == "SWALR":
        raise refused("from_torch", f"SWALR in a {whole} starts from the rate that it finds")
    if name in GUESTS:
        raise refused("from_torch", f"{name} in a {whole} does not begin on the clock of a part")
    return part


def _restarts(scheduler: Any, group: int, key: str) -> Curve:
    from ._pytorch_optimizer_reading import restarts

    return _within_domain(restarts, scheduler)


def _rex(scheduler: Any, group: int, key: str) -> Curve:
    from ._pytorch_optimizer_reading import rex

    return _within_domain(rex, scheduler)


def _gradual(scheduler: Any, group: int, key: str) -> Curve:
    from ._gradual_warmup import gradual

    return _within_domain(gradual, scheduler, group)


READERS: dict[str, Callable[[Any, int, str], Curve]] = {
    "CosineAnnealingWarmupRestarts": _restarts,
    "REXScheduler": _rex,
    "GradualWarmupScheduler": _gradual,
    "LambdaLR": _function,
    "MultiplicativeLR": _function,
    "CyclicLR": _cyclic,
    "OneCycleLR": _one_cycle,
    "SWALR": _averaging,
    "SequentialLR": _sequential,
    "ChainedScheduler": _chained,
}
