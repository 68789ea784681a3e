"""Another batch size, and what changes with it: `rescale`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from types import MappingProxyType
from typing import Any, NamedTuple, final

from .._params import LARGEST_COUNT, Field, Param, as_kind, choice, count, shorten
from ..catalogue._recognition import text_of
from ..catalogue._simplified import simplified
from ..catalogue._stretched import stretched
from ..chart import LoggedRun, make_chart
from ..chart.inputs import only_run
from ..plotting.card import card_of_comparison
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR

BETAS = Field("betas", float, Param(r"\beta", low=0, high=1, high_exclusive=True, pair=True), many=True)
EPS = Field("eps", float, Param("", low=0))
DECAY = Field("weight_decay", float, Param("", low=0))
EMA = Field("ema", float, Param("", low=0, high=1, high_exclusive=True))
NOISE = Field("noise_scale", float, Param("", low=0, exclusive=True))


class Rule(NamedTuple):
    """How a rate changes with the batch size."""

    factor: Callable[[float, float, float], float]
    """Of the old and the new batch size and the noise scale: what the rate is multiplied by."""
    source: str
    needs_noise: bool = False
    adam: bool = False
    """Whether betas and epsilon change too."""


def _surge(batch: float, noise: float) -> float:
    """The height of the curve whose peak is at a batch of the noise scale, up to a factor."""
    return 1 / (sqrt(noise / batch) + sqrt(batch / noise))


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "linear": Rule(lambda old, new, _: new / old, "Goyal et al. 2017, arXiv:1706.02677"),
        "sqrt": Rule(lambda old, new, _: sqrt(new / old), "Krizhevsky 2014, arXiv:1404.5997"),
        "adam-sde": Rule(lambda old, new, _: sqrt(new / old), "Malladi et al. 2022, arXiv:2205.10287", adam=True),
        "noise-scale": Rule(
            lambda old, new, noise: (1 + noise / old) / (1 + noise / new),
            "McCandlish et al. 2018, arXiv:1812.06162",
            needs_noise=True,
        ),
        "surge": Rule(
            lambda old, new, noise: _surge(new, noise) / _surge(old, noise),
            "Li et al. 2024, arXiv:2405.14578",
            needs_noise=True,
        ),
    }
)
SAMPLES = "the run sees as many samples"


class Line(NamedTuple):
    """One hyper-parameter before and after, and by which rule."""

    name: str
    before: float
    after: float
    why: str


@final
@dataclass(frozen=True)
class Rescaled:
    """A plan for another batch size: data, and a table of before and after when printed.

    Attributes
    ----------
    schedule, old : LearningRateSchedule
        The new schedule, on the clock of the new updates; and the one that was given.
    batch : (int, int)
        The old and the new batch size.
    rule : str
        By which the rate was scaled.
    lines : tuple of Line
        ``name``, ``before``, ``after`` and ``why``, of the peak, of the length of the run if it is known, and of what
        else was given.
    """

    schedule: LearningRateSchedule
    old: LearningRateSchedule
    batch: tuple[int, int]
    rule: str
    lines: tuple[Line, ...]

    def __getitem__(self, name: str) -> float:
        """The new value of a hyper-parameter, by its name in `lines`."""
        for line in self.lines:
            if line.name == name:
                return line.after
        raise KeyError(f"Rescaled: there is no {name!r}; there are {', '.join(line.name for line in self.lines)}")

    def __contains__(self, name: object) -> bool:
        return any(line.name == name for line in self.lines)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def _rows(self) -> Iterator[tuple[str, str, str, str]]:
        yield "", f"batch {self.batch[0]:,}", f"batch {self.batch[1]:,}", ""
        for name, before, after, why in self.lines:
            yield name, f"{before:.6g}", f"{after:.6g}", why

    def __str__(self) -> str:
        rows = list(self._rows())
        widths = [max(len(row[k]) for row in rows) for k in range(3)]
        table = (
            f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip() for row in rows
        )
        return "\n".join([*table, f"schedule: {text_of(self.schedule)}"])

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain numbers and texts, the schedules as their `repr`: JSON can hold it."""
        return {
            "batch": list(self.batch),
            "rule": self.rule,
            "schedule": repr(self.schedule),
            "old": repr(self.old),
            "lines": [line._asdict() for line in self.lines],
        }

    def _repr_html_(self) -> str:
        drawn = make_chart([{f"batch {self.batch[1]:,}": self.schedule, f"batch {self.batch[0]:,}": self.old}])
        return card_of_comparison(str(self), drawn)


def rescale(
    plan: Any,
    *,
    batch: tuple[int, int],
    rule: str = "linear",
    steps: int | None = None,
    betas: Sequence[float] | None = None,
    eps: float | None = None,
    weight_decay: float | None = None,
    ema: float | None = None,
    noise_scale: float | None = None,
) -> Rescaled:
    r"""A plan for another batch size: the rate by a rule, and what has to change with it, before and after.

    With :math:`k` the new batch size over the old one, and :math:`f` the factor of the rate,

    .. math::

        \eta'(t) = f \, \eta(k t), \qquad T' = T / k, \qquad \lambda' = \lambda k / f, \qquad \rho' = \rho^k

    Nothing is scaled that is not asked for: betas, epsilon, weight decay and an average of the weights change only if
    they are given.

    Parameters
    ----------
    plan : LearningRateSchedule or anything that `lrkit.plot` draws
        The schedule for the old batch size, of one curve, which counts updates.
    batch : (int, int)
        The old and the new batch size: samples (or tokens) in an update, at least 1.
    rule : {"linear", "sqrt", "adam-sde", "noise-scale", "surge"}
        :math:`f`. "linear": :math:`k`, for SGD. "sqrt": :math:`\sqrt k`. "adam-sde": :math:`\sqrt k`, and with it
        :math:`1 - \beta' = k (1 - \beta)` and :math:`\epsilon' = \epsilon / \sqrt k`, for Adam. "noise-scale":
        :math:`(1 + B_n / B) / (1 + B_n / B')`, for SGD. "surge": :math:`\sqrt{B' / B}` far below :math:`B_n`, and
        *falling* beyond it, for Adam. Default: "linear".
    steps : int, optional
        The length of the old run in updates. By default that of the recipe or list; of others it is not told.
    betas : pair of float, optional
        Adam's, at least 0 and below 1; with another rule than "adam-sde" they stay.
    eps : float, optional
        Adam's, at least 0; likewise.
    weight_decay : float, optional
        :math:`\lambda`, at least 0, where each update shrinks a weight by :math:`\eta \lambda`.
    ema : float, optional
        :math:`\rho`, what an average of the weights keeps at each update, at least 0 and below 1.
    noise_scale : float, optional
        :math:`B_n`, in the unit of `batch`, above 0: for "noise-scale" and "surge", which need it.

    Returns
    -------
    Rescaled
        `schedule`, and `lines` with each number before and after. It prints as a table.

    Raises
    ------
    TypeError, ValueError
        If `plan` has not one curve, an argument is outside its domain, a rule needs the noise scale, or a beta would
        be negative: the batch is too large for the rule then.

    Notes
    -----
    All lengths are kept in samples: a warm-up of five epochs stays one of five epochs, as Goyal et al. warm up. Where
    a length is not whole, the schedule is a `StretchLR`. The weight decay keeps the time over which weights are
    averaged, :math:`1 / \eta \lambda` updates, in samples (Wang and Aitchison 2024). A linear rule holds up to a batch
    size that depends on the problem, 8192 in Goyal et al.; no rule holds for all.

    References
    ----------
    Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017, arXiv:1706.02677. Krizhevsky, "One
    weird trick for parallelizing convolutional neural networks", 2014, arXiv:1404.5997. Malladi, Lyu, Panigrahi and
    Arora, "On the SDEs and Scaling Rules for Adaptive Gradient Algorithms", 2022, arXiv:2205.10287. McCandlish, Kaplan,
    Amodei et al., "An Empirical Model of Large-Batch Training", 2018, arXiv:1812.06162. Li et al., "Surge Phenomenon in
    Optimal Learning Rate and Batch Size Scaling", 2024, arXiv:2405.14578. Wang and Aitchison, "How to set AdamW's
    weight decay as you scale model and dataset size", 2024, arXiv:2405.13698. Busbridge et al., "How to Scale Your
    EMA", 2023, arXiv:2307.13813.

    Examples
    --------
    >>> import lrkit
    >>> plan = lrkit.CosineDecayLR(0.0, 0.1, 425_000).warmup(25_000)
    >>> new = lrkit.rescale(plan, batch=(256, 2048), weight_decay=1e-4)
    >>> new["peak rate"], new["weight decay"]
    (0.8, 0.0001)
    >>> new.schedule([0, 3125, 56250])
    array([0. , 0.8, 0. ])
    """
    owner = "rescale"
    run = only_run("plan", plan, steps, owner, "scale")
    if isinstance(run, LoggedRun):
        raise TypeError(f"{owner}: plan is the log of a run, which has rates at some steps only")
    if run.unit != "step":
        raise ValueError(f"{owner}: plan must count updates, but it counts {run.unit}s: Budget.in_updates makes it so")
    old, new = _batches(owner, batch)
    choice(owner, "rule", rule, RULES)
    law, k = RULES[rule], Fraction(new, old)
    noise = None if noise_scale is None else NOISE.coerce(owner, noise_scale)
    if noise is not None and not law.needs_noise:
        raise ValueError(f"{owner}: rule {rule!r} has no use for noise_scale; leave it out")
    if law.needs_noise and noise is None:
        raise ValueError(
            f"{owner}: rule {rule!r} needs noise_scale, the batch size at which noise and signal are equal"
        )
    factor = law.factor(old, new, noise or 1.0)
    length = count(owner, "steps", steps) if steps is not None else run.end
    shape = stretched(run.schedule, 1 / k)
    schedule = shape if factor == 1 else simplified(ScaleLR(shape, factor))
    peak = float(max(make_chart([run.schedule], steps=length).curves[0].rates))
    lines = [Line("peak rate", peak, factor * peak, f"× {factor:.5g}: {law.source}")]
    if length is not None:
        lines.append(Line("updates", length, float(length / k), f"× {float(1 / k):.5g}: {SAMPLES}"))
    lines += _adams(owner, law, float(k), betas, eps)
    if weight_decay is not None:
        decay = DECAY.coerce(owner, weight_decay)
        why = "as long in samples: Wang and Aitchison 2024, arXiv:2405.13698"
        lines.append(Line("weight decay", decay, decay * float(k) / factor, why))
    if ema is not None:
        kept = EMA.coerce(owner, ema)
        lines.append(Line("ema", kept, kept ** float(k), "as long in samples: Busbridge et al. 2023, arXiv:2307.13813"))
    return Rescaled(schedule, run.schedule, (old, new), rule, tuple(lines))


def _batches(owner: str, given: Any) -> tuple[int, int]:
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise TypeError(f"{owner}: batch must be a pair, the old and the new batch size, got {shorten(given)}")
    sizes = [as_kind(size, int) or as_kind(size, float) for size in given]  # 4e6 is a whole number too
    if any(size is None for size in sizes):
        raise TypeError(f"{owner}: batch must be a pair of integers >= 1, got {shorten(given)}")
    if not all(1 <= size <= LARGEST_COUNT and size == int(size) for size in sizes):
        raise ValueError(f"{owner}: batch must be a pair of integers >= 1 and at most 2**53, got {shorten(given)}")
    old, new = map(int, sizes)
    return old, new


def _adams(owner: str, law: Rule, k: float, betas: Any, eps: Any) -> Iterator[Line]:
    """What Adam's own numbers become; nothing where they are not given."""
    stay = "stays by this rule"
    if betas is not None:
        for name, beta in zip(("beta 1", "beta 2"), BETAS.coerce(owner, betas), strict=True):
            after = 1 - k * (1 - beta) if law.adam else beta
            if after < 0:
                raise ValueError(
                    f"{owner}: {name} of {beta:g} would be {after:.3g} at {k:g} times the batch size: rule 'adam-sde' "
                    f"holds up to {1 / (1 - beta):g} times"
                )
            yield Line(name, beta, after, f"1 - β × {k:.5g}: {law.source}" if law.adam else stay)
    if eps is not None:
        small = EPS.coerce(owner, eps)
        why = f"× {1 / sqrt(k):.5g}: {law.source}" if law.adam else stay
        yield Line("eps", small, small / sqrt(k) if law.adam else small, why)
