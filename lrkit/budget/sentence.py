"""A budget in a sentence of numbers, each of which a reader can check by hand."""

from __future__ import annotations

from fractions import Fraction

from .clock import Stages
from .counting import SECONDS, Counting, sequence_of, speed_of
from .given import Given
from .rounding import exact


def sentence(given: Given, counting: Counting, total: int) -> str:
    """What is given, what an update is made of, each division with its rounding, and the updates of the run."""
    parts = [*_an_epoch(given, counting), *_run(given, counting, total), *_seen(given, counting, total)]
    how = "" if given.rounding == "exact" else f", as rounded by {counting.rules.title}"
    return f"{_told(given, counting)}{how}: {'; '.join(parts)}."


def number(value: float | Fraction) -> str:
    """A number with commas, of a fraction six digits."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{float(value):,.6f}".rstrip("0") if float(value) >= 1 else f"{float(value):.6g}"


def size_text(given: Given) -> str:
    """The samples in an update as a product: ``32 x 8 x 4``."""
    factors = [given.batch, given.processes, given.accumulation]
    return " x ".join(f"{factor:,}" for k, factor in enumerate(factors) if factor > 1 or k == 0)


def _told(given: Given, counting: Counting) -> str:
    lengths: dict[str, float | None] = {
        "epochs": given.epochs,
        "updates": given.updates,
        "samples": given.samples if counting.data != "samples" else None,
        "tokens": given.tokens if counting.data != "tokens" else None,
        "hours": given.hours,
    }
    told = [f"{number(value)} {_one(name, value)}" for name, value in lengths.items() if value is not None]
    length = " and ".join(told) or "1 epoch"
    data = "" if counting.data is None else f" of {getattr(given, counting.data):,} {counting.data}"
    where = "" if given.processes == 1 else f" on {given.processes:,} processes"
    gathered = "" if given.accumulation == 1 else f", {given.accumulation:,} accumulated"
    product = size_text(given)
    size = given.batch * given.accumulation * given.processes
    equal = f"{product} = {size:,}" if "x" in product else product
    last = ", incomplete ones left out" if given.drop_last or counting.rules.drops else ""
    if size == 1 and not data and not given.ramp:
        return length
    return (
        f"{length}{data} in batches of {given.batch:,}{where}{gathered}{last} "
        f"({equal} {_one('samples', size)} an update{_ramp(given)})"
    )


def _one(name: str, value: float) -> str:
    return name.removesuffix("s") if value == 1 else name


def _ramp(given: Given) -> str:
    return f" at the end of the ramp {given.ramp}" if given.ramp else ""


def _an_epoch(given: Given, counting: Counting) -> list[str]:
    parts = []
    if counting.data == "tokens" and counting.samples is not None and sequence_of(given) > 1:
        exact_samples = Fraction(given.tokens or 0, sequence_of(given))
        left = f"{given.tokens:,} tokens / {given.sequence:,}"
        parts.append(_divided(left, exact_samples, counting.samples, "samples"))
    if counting.batches is None or counting.samples is None or counting.epoch is None:
        return parts
    if counting.data != "batches":
        together = f"{given.batch:,}" if given.processes == 1 else f"({given.batch:,} x {given.processes:,})"
        ratio = Fraction(counting.samples, given.batch * given.processes)
        if counting.rules.padded and given.processes > 1 and (given.drop_last or counting.rules.drops):
            each = -(-counting.samples // given.processes)
            share = Fraction(counting.samples, given.processes)
            parts.append(_divided(f"{counting.samples:,} / {given.processes:,}", share, each, "samples a process"))
            ratio, left = Fraction(each, given.batch), f"{each:,} / {given.batch:,}"
        else:
            left = f"{counting.samples:,} / {together}"
        noun = "batches an epoch" if given.accumulation > 1 else "updates an epoch"
        parts.append(_divided(left, ratio, counting.batches, noun))
    if given.accumulation > 1:
        ratio = Fraction(counting.batches, given.accumulation)
        left = f"{counting.batches:,} / {given.accumulation:,}"
        if counting.rules.epoch_end == "carry" and not counting.rules.whole_epochs:
            parts.append(f"{left} = {number(ratio)} updates an epoch")
        else:
            parts.append(_divided(left, ratio, int(counting.epoch), "updates an epoch"))
    return parts


def _run(given: Given, counting: Counting, total: int) -> list[str]:
    """The length in updates, for each way in which it is given."""
    size = given.batch * given.accumulation * given.processes
    parts = []
    lengths = (given.updates, given.hours, given.samples if counting.data != "samples" else None)
    others = any(x is not None for x in lengths) or (given.tokens is not None and counting.data != "tokens")
    epochs = given.epochs if given.epochs is not None or others else 1
    if epochs is not None and counting.epoch is not None and counting.samples is not None:
        times = "" if epochs == 1 else f"{number(epochs)} x "
        if isinstance(counting.clock, Stages):
            parts.append(f"{times}{counting.samples:,} {_reach(counting, 'samples', total)}")
        elif counting.rules.epoch_end == "stream":
            left = f"{times}{counting.samples:,} / {size:,}"
            parts.append(_divided(left, exact(epochs) * counting.epoch, total, "updates"))
        elif epochs != 1 or counting.epoch != total:
            left = f"{number(counting.epoch)} x {number(epochs)}"
            parts.append(_divided(left, exact(epochs) * counting.epoch, total, "updates"))
    if given.hours is not None:
        speed = speed_of(given)
        left = f"{number(given.hours)} x {SECONDS:,} s x {number(speed)} updates a second"
        parts.append(_divided(left, exact(given.hours) * SECONDS * speed, total, "updates"))
    for name, value, each in (("samples", given.samples, 1), ("tokens", given.tokens, given.sequence or 1)):
        if value is not None and counting.data != name:
            updates = counting.clock.inverse(Fraction(value, each))
            if updates != Fraction(value, each * size):
                parts.append(f"{value:,} {_reach(counting, name, total)}")
            else:
                product = f"{size:,}" if each == 1 else f"({size:,} x {each:,})"
                parts.append(_divided(f"{value:,} {name} / {product}", updates, total, "updates"))
    return parts


def _seen(given: Given, counting: Counting, total: int) -> list[str]:
    seen = counting.clock.forward(total)
    parts = [f"{total:,} {_one('updates', total)} see {seen:,} {_one('samples', seen)}"]
    if given.sequence is not None and given.sequence > 1:
        parts.append(f"{seen:,} x {given.sequence:,} = {seen * given.sequence:,} tokens")
    if given.updates_per_second is not None and given.hours is None:
        hours = Fraction(total) / speed_of(given) / SECONDS
        left = f"{total:,} updates / {number(given.updates_per_second)} a second / {SECONDS:,}"
        parts.append(f"{left} = {number(hours)} hours")
    return parts


def _reach(counting: Counting, name: str, total: int) -> str:
    """``samples are seen after 5 updates``; of a rounding down, what they make."""
    if counting.rules.way == "down":
        return f"{name} make {total:,} whole updates"
    return f"{name} are seen after {total:,} updates"


def _divided(left: str, value: Fraction, result: int, noun: str) -> str:
    if value == result:
        return f"{left} = {result:,} {noun}"
    way = "up" if result > value else "down"
    return f"{left} = {number(value)}, rounded {way} to {result:,} {noun}"
