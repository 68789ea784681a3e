"""`Configured`: what a config of a training system says, as schedules by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import fill

from .budget import Budget
from .catalogue._recognition import text_of
from .schedules._base import LearningRateSchedule

NO_RATES = ("momentum", "betas[0]", "weight_decay")
"""The keys of what is no learning rate; a group of several has a name before it: ``weights.weight_decay``."""


@dataclass(frozen=True)
class Configured(Mapping[str, LearningRateSchedule]):
    """The schedules of a config, by group, each counted in updates of the weights.

    A mapping of group to schedule: ``{"lr": ...}``, or one for each group that the system drives, momentum and weight
    decay among them.

    Parameters
    ----------
    system : str
        The training system, by the name that `from_config` knows it by.
    because : str
        What in the config says so.
    schedules : dict of str to LearningRateSchedule
        Each group's schedule.
    budget : Budget or None
        The size of the run: what was given, filled in by what the config says; None if that gives no length.
    departures : tuple of str
        What the system does otherwise than one who reads the config expects, a sentence each.

    Examples
    --------
    >>> import lrkit
    >>> found = lrkit.from_config({"scheduler": {"type": "LRRangeTest", "params": {"lr_range_test_step_size": 100}}})
    >>> found.system, found.because
    ('deepspeed', 'it has "scheduler": {"type": "LRRangeTest"}')
    >>> found["lr"](100)
    0.002
    """

    system: str
    because: str
    schedules: Mapping[str, LearningRateSchedule]
    budget: Budget | None = None
    departures: tuple[str, ...] = ()

    @property
    def rates(self) -> dict[str, LearningRateSchedule]:
        """The learning rates: the schedules of all groups without those of momentum and weight decay."""
        return {name: item for name, item in self.schedules.items() if name.rpartition(".")[2] not in NO_RATES}

    @property
    def schedule(self) -> LearningRateSchedule:
        """The learning rate; a ``ValueError`` names the groups if they have different ones."""
        distinct = set(self.rates.values())
        if len(distinct) != 1:
            raise ValueError(
                f"Configured.schedule: the groups have {len(distinct)} different rates: "
                f"{', '.join(self.rates) or 'none'}; take one of them: configured[group]"
            )
        return next(iter(distinct))

    @property
    def groups(self) -> dict[str, dict[str, LearningRateSchedule]]:
        """Each group with its hyper-parameters, ``{"weights": {"lr": ..., "momentum": ...}}``, for `plot_groups`.

        What the config says of no group in particular belongs to each. A rate that is called ``lr`` is that of the
        group named after the system.
        """
        names = {rate: self.system if rate == "lr" else rate for rate in self.rates}
        found: dict[str, dict[str, LearningRateSchedule]] = {
            names[rate]: {"lr": item} for rate, item in self.rates.items()
        }
        for name, item in self.schedules.items():
            group, _, key = name.rpartition(".")
            if key in NO_RATES:
                owners = [names.get(group, group)] if group else [*found] or [self.system]
                for owner in owners:
                    found.setdefault(owner, {})[key] = item
        return found

    @property
    def length(self) -> int | None:
        """The updates in the run, if they are known."""
        return None if self.budget is None else self.budget.total

    def __getitem__(self, group: str) -> LearningRateSchedule:
        return self.schedules[group]

    def __iter__(self) -> Iterator[str]:
        return iter(self.schedules)

    def __len__(self) -> int:
        return len(self.schedules)

    def __hash__(self) -> int:
        return hash((self.system, self.because, tuple(self.schedules.items()), self.budget, self.departures))

    def __str__(self) -> str:
        width = max(map(len, self.schedules), default=0)
        lines = [f"{self.system}: {self.because}"]
        lines += [f"  {name:{width}}  {text_of(item)}" for name, item in self.schedules.items()]
        lines += [] if self.budget is None else [f"  {'run':{width}}  {self.budget.total:,} updates"]
        notes = [fill(text, 88, initial_indent="  note: ", subsequent_indent=" " * 8) for text in self.departures]
        return "\n".join([*lines, *notes])

    def _repr_html_(self) -> str:
        from .plotting.card import card_of_config  # the pictures are above, and loaded when a notebook asks

        return card_of_config(self)
