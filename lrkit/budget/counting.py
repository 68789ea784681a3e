"""How a budget counts: its clock from updates to samples, its epoch and its length, derived once from what is given."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .._params import LARGEST_COUNT
from .clock import Chain, Clock, Cycle, Stages, even
from .given import OWNER, Given
from .ramp import stages
from .rounding import ROUNDINGS, Rounding, exact, made_whole

SECONDS = 3600
WITH_RAMP = ("exact", "megatron")
"""The roundings under which a batch size may grow."""


@dataclass(frozen=True)
class Counting:
    """The numbers behind a budget.

    `data` names the field that says how large an epoch is, `samples` are the samples of an epoch before anything is
    left out, `batches` those of one process, `epoch` the updates in an epoch, whole or not; None, each, if the data
    are not given. `clock` leads from updates to samples, `epoch_clock` from updates to what is counted in an epoch,
    of which `in_epoch` make one.
    """

    rules: Rounding
    data: str | None
    samples: int | None
    batches: int | None
    epoch: Fraction | None
    clock: Clock
    epoch_clock: Clock
    in_epoch: int | None

    def whole(self, updates: Fraction) -> int:
        """A number of updates, rounded as the framework does."""
        return fits(self.rules.whole(updates))


def counting_of(given: Given) -> Counting:
    """The numbers behind a budget, or an error that names the fields that are missing or wrong together."""
    rules = ROUNDINGS[given.rounding]
    _check_pairs(given)
    data = next((name for name in ("batches", "samples", "tokens") if getattr(given, name) is not None), None)
    size = given.batch * given.accumulation * given.processes
    samples = _samples_of(given, data)
    if given.ramp:
        ramp = stages(OWNER, given.ramp, size, given.sequence)
        return Counting(rules, data, samples, None, _first_epoch(ramp, samples), ramp, ramp, samples)
    if samples is None:
        return Counting(rules, None, None, None, None, even(size), even(size), None)
    if rules.epoch_end == "stream":
        return Counting(rules, data, samples, None, Fraction(samples, size), even(size), even(size), samples)
    together = given.batch * given.processes
    batches = given.batches or rules.batches(samples, given.batch, given.processes, drop_last=given.drop_last)
    if batches == 0:
        raise ValueError(
            f"{OWNER}: {data} must fill a batch, got {samples:,} samples for {together:,} "
            f"(batch {given.batch:,} x {given.processes:,} processes); an incomplete batch is left out"
        )
    second = Cycle(batches, min(batches * together, samples), together)
    if rules.epoch_end == "carry":
        first = even(given.accumulation)
        epoch, epoch_clock, in_epoch = Fraction(batches, given.accumulation), first, batches
        if rules.whole_epochs:
            epoch = Fraction(max(batches // given.accumulation, 1))
    else:
        updates = -(-batches // given.accumulation)
        first = Cycle(updates, batches, given.accumulation)
        epoch, epoch_clock, in_epoch = Fraction(updates), even(1), updates
    return Counting(rules, data, samples, batches, epoch, Chain(first, second), epoch_clock, in_epoch)


def epochs_of(counting: Counting, epochs: float) -> int:
    """The updates in a number of epochs."""
    if counting.epoch is None or counting.samples is None:
        raise missing("epochs need samples, tokens or batches: the data of one epoch")
    if isinstance(counting.clock, Stages):
        return counting.whole(counting.clock.inverse(exact(epochs) * counting.samples))
    return fits(counting.rules.epochs(epochs, counting.epoch))


def hours_of(given: Given, hours: float) -> int:
    """The whole updates in a number of hours."""
    return fits(made_whole(exact(hours) * SECONDS * speed_of(given), "down"))


def tokens_of(given: Given, counting: Counting, tokens: float) -> int:
    """The update at which a number of tokens is seen."""
    return counting.whole(counting.clock.inverse(exact(tokens) / sequence_of(given)))


def total_of(given: Given, counting: Counting) -> int:
    """The updates in the run; all lengths that are given must agree."""
    (name, total), *others = _lengths(given, counting).items()
    for other, updates in others:
        if updates != total:
            raise ValueError(
                f"{OWNER}: {name}={getattr(given, name)} and {other}={getattr(given, other)} contradict one another: "
                f"{total:,} and {updates:,} updates"
            )
    if total < 1:
        size = given.batch * given.accumulation * given.processes
        name = name if getattr(given, name) is not None else str(counting.data)
        raise ValueError(
            f"{OWNER}: {name} must be long enough for an update of {size:,} samples, got {getattr(given, name):,}"
        )
    return total


def _lengths(given: Given, counting: Counting) -> dict[str, int]:
    """The run in updates, by each field that says how long it is."""
    lengths: dict[str, int] = {}
    if given.updates is not None:
        lengths["updates"] = given.updates
    if given.epochs is not None:
        lengths["epochs"] = epochs_of(counting, given.epochs)
    if given.samples is not None and counting.data != "samples":
        lengths["samples"] = counting.whole(counting.clock.inverse(Fraction(given.samples)))
    if given.tokens is not None and counting.data != "tokens":
        lengths["tokens"] = tokens_of(given, counting, given.tokens)
    if given.hours is not None:
        lengths["hours"] = hours_of(given, given.hours)
    if not lengths:
        if counting.data is None:
            raise missing("give the data of an epoch (samples, tokens or batches) or a length (updates or hours)")
        lengths["epochs"] = epochs_of(counting, 1)
    return lengths


def speed_of(given: Given) -> Fraction:
    """Updates in a second."""
    if given.updates_per_second is None:
        raise missing("hours need updates_per_second, the speed that was measured")
    return exact(given.updates_per_second)


def sequence_of(given: Given) -> int:
    """Tokens in a sample."""
    if given.sequence is None:
        raise missing("tokens need sequence, the tokens in a sample (1 if batch counts tokens)")
    return given.sequence


def missing(what: str) -> ValueError:
    """A field is missing."""
    return ValueError(f"{OWNER}: {what}, which is not given" if " need " in what else f"{OWNER}: {what}")


def fits(updates: int) -> int:
    """A number of updates that a schedule can count."""
    if updates > LARGEST_COUNT:
        raise ValueError(f"{OWNER}: a run must be of at most 2**53 updates, got {float(updates):.3g}")
    return updates


def _check_pairs(given: Given) -> None:
    size = given.batch * given.accumulation * given.processes
    if size > LARGEST_COUNT:
        raise ValueError(f"{OWNER}: batch x accumulation x processes must be at most 2**53, got {float(size):.3g}")
    if given.tokens is not None:
        sequence_of(given)
    if given.hours is not None:
        speed_of(given)
    if given.ramp and given.rounding not in WITH_RAMP:
        raise ValueError(
            f"{OWNER}: ramp needs a rounding that knows batch sizes that grow, 'exact' or 'megatron', "
            f"got {given.rounding!r}"
        )
    if given.ramp and given.drop_last:
        raise ValueError(f"{OWNER}: drop_last must be False with a ramp, whose data are one stream, got True")


def _samples_of(given: Given, data: str | None) -> int | None:
    if data == "batches" and given.batches is not None:
        return given.batches * given.batch * given.processes
    if data == "tokens" and given.tokens is not None:
        whole = given.tokens // sequence_of(given)
        if whole == 0:
            raise ValueError(
                f"{OWNER}: tokens must fill a sample, got {given.tokens:,} for a sequence of {given.sequence:,}"
            )
        return whole
    return given.samples


def _first_epoch(ramp: Stages, samples: int | None) -> Fraction | None:
    return None if samples is None else ramp.inverse(Fraction(samples))
