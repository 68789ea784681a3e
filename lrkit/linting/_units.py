"""What is counted: ``unit/…``, ``scale/…`` and ``restarts/…``."""

from __future__ import annotations

from collections.abc import Iterator

from ._codes import Found, code
from ._fixes import stretched
from ._plan import Plan

LIKE_EPOCHS = 1000
MANY_TIMES = 10
CLOSE = 0.01
MANY_RESTARTS = 20
SAME = ("horizon/short", "horizon/long", "floor/early", "floor/never", "end/rebound", "restarts/many", "peak/never")


@code(
    "scale/processes",
    "error",
    "The schedule is as many times too long or too short as there are processes.",
    "huggingface/accelerate#2142, #1398 and #2926: the scheduler is stepped once for each process",
    bad="linear(1e-4, 0, 40_000)",
    good="linear(1e-4, 0, 5_000)",
    budget={"samples": 160_000, "batch": 4, "processes": 8},
    hides=(*SAME, "warmup/too-long", "unit/epochs-as-steps"),
)
def _processes(plan: Plan) -> Iterator[Found]:
    yield from _multiples(plan, max(plan.processes, plan.live.steps_per_update), "processes")


@code(
    "scale/accumulation",
    "error",
    "The schedule counts batches where an update has several: it is that many times too long.",
    "huggingface/diffusers#2632; bghira/SimpleTuner#96; Lightning-AI/pytorch-lightning#1476",
    bad="linear(1e-4, 0, 36_000).warmup(4_000)",
    good="linear(1e-4, 0, 9_000).warmup(1_000)",
    budget={"batches": 40_000, "accumulation": 4},
    hides=(*SAME, "warmup/too-long", "unit/epochs-as-steps", "scale/processes"),
)
def _accumulation(plan: Plan) -> Iterator[Found]:
    if plan.accumulation > 1:
        yield from _multiples(plan, plan.accumulation, "batches in an update")
        if plan.processes > 1:
            both = plan.accumulation * plan.processes
            yield from _multiples(plan, both, "batches in an update, of all processes")


def _multiples(plan: Plan, times: int, what: str) -> Iterator[Found]:
    over = _over_at(plan)
    if not plan.told or over is None or times < 2:
        return
    for factor, wrong in ((times, "short"), (1 / times, "long")):
        if abs(over * factor / plan.total - 1) <= CLOSE:
            by = times if wrong == "short" else f"1 / {times}"
            sentence = (
                f"The decay ends at step {over:,}, and the run has {plan.updates}: {times} times too {wrong}, and "
                f"there are {times} {what}. Count updates of the optimizer: .stretch({by})."
            )
            yield Found(min(over, plan.total), times, sentence, (stretched(plan.schedule, k) for k in (factor,)))


@code(
    "unit/epochs-as-steps",
    "error",
    "The schedule is over after as many updates as the run has epochs, or after fewer than 1000, a tenth of the run.",
    "ScrollPrize/villa#1495: 1000 epochs as the horizon of a schedule that is stepped 250 times in each",
    bad="cosine_wave(0, 1.0, 900).warmup(100)",
    good="CosineDecayLR(0, 1.0, 249_900).warmup(100)",
    budget={"batches": 250, "epochs": 1000},
    hides=SAME,
)
def _epochs(plan: Plan) -> Iterator[Found]:
    over = _over_at(plan)
    if not plan.told or over is None or plan.total < MANY_TIMES * over or plan.unit != "step":
        return
    number = round(plan.total / plan.epoch) if plan.epoch else None
    fits = number is not None and number > 1 and abs(over - number) <= max(1, CLOSE * number)
    if not fits and (plan.descent.rises is not None or over >= LIKE_EPOCHS):
        return
    factor = plan.epoch if plan.epoch and fits else round(plan.total / over)
    told = f", and has {number:,} epochs of {plan.epoch:,} updates" if fits and plan.epoch else ""
    sentence = (
        f"The decay ends at step {over:,}, but the run is {plan.updates} long{told}: {over:,} looks like a number of "
        f"epochs. Give it in updates: .stretch({factor})."
    )
    yield Found(over, over, sentence, (stretched(plan.schedule, k) for k in (factor, plan.total / over)))


def _over_at(plan: Plan) -> int | None:
    """The step at which the decay is over; None if there is no decay that ends."""
    descent = plan.descent
    return descent.floor_at if descent.ends and descent.depth > 0.5 and descent.floor_at > 0 else None


@code(
    "unit/stepping",
    "error",
    "The scheduler was stepped once an epoch where it counts updates, or once an update where it counts epochs.",
    "pytorch-lightning #20436; ScrollPrize/villa#1495",
    hides=("scale/processes", "scale/accumulation", "unit/epochs-as-steps", *SAME),
)
def _stepping(plan: Plan) -> Iterator[Found]:
    updates, clock = plan.live.updates, plan.live.clock
    over = _over_at(plan)
    if plan.live.per_epoch and plan.epoch and over is not None and over > plan.total * plan.epoch / 2:
        sentence = (
            f"{plan.live.scheduler} is stepped once an epoch, and its decay ends at step {over:,}; the run has "
            f"{plan.total:,} epochs of {plan.epoch:,} updates. Step it after each update: interval='step'."
        )
        yield Found(plan.total, over, sentence, (stretched(plan.schedule, k) for k in (1 / plan.epoch,)))
        return
    if not updates or not clock or not plan.told or over is None:
        return
    ratio = updates / clock
    if ratio >= MANY_TIMES and over > MANY_TIMES * plan.total / ratio:
        reached = plan.rate(int(plan.total / ratio))
        sentence = (
            f"After {updates:,} updates the scheduler stands at step {int(clock):,}: it is stepped once in {ratio:.0f} "
            f"updates, and its decay ends at step {over:,}. At the end of the run it will stand at step "
            f"{int(plan.total / ratio):,}, with {reached:.4g}. Step it after each update."
        )
        yield Found(int(clock), ratio, sentence, (stretched(plan.schedule, k) for k in (plan.total / over / ratio,)))
    elif 0.5 < ratio < 2 and plan.epoch and MANY_TIMES * over <= plan.total:
        sentence = (
            f"After {updates:,} updates the scheduler stands at step {int(clock):,}: it is stepped once an update, and "
            f"its decay ends at step {over:,} of {plan.total:,}. Step it once an epoch, of {plan.epoch:,} updates."
        )
        yield Found(int(clock), ratio, sentence, (stretched(plan.schedule, k) for k in (plan.epoch, plan.total / over)))


@code(
    "restarts/many",
    "warning",
    "The schedule restarts more than 20 times in the run.",
    "ScrollPrize/villa#1495: 139 returns to the peak",
    bad="cosine_wave(0, 1.0, 900).warmup(100)",
    good="cosine_wave(0, 1.0, 9_000).warmup(100)",
    budget={"updates": 250_000},
)
def _restarts(plan: Plan) -> Iterator[Found]:
    if plan.cycle is None or not plan.told:
        return
    repeat, scale = plan.cycle
    starts = repeat._growing[0] if repeat.multiplier > 1 else None  # noqa: SLF001  # the table of its cycles
    period = repeat.period_steps * scale
    number = int((starts * scale < plan.total).sum()) if starts is not None else int(plan.total / period)
    number = min(number, repeat.cycles or number)
    if number <= MANY_RESTARTS:
        return
    factor = plan.epoch if plan.epoch and number / plan.epoch <= MANY_RESTARTS else round(number / 3)
    sentence = (
        f"A cycle of {period:,.0f} steps makes {number:,} restarts in {plan.updates}. "
        f"If it was meant in epochs, give it in updates: .stretch({factor})."
    )
    yield Found(int(period), number, sentence, (stretched(plan.schedule, k) for k in (factor,)))
