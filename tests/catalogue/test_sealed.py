"""A class of one's own may be made from one of lrkit's and state its formula anew: nothing takes it for that one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import lrkit
from lrkit.catalogue._sealed import Sealed, sealed
from lrkit.catalogue._simplified import simplified
from lrkit.catalogue._within_run import within
from lrkit.planning._resized import resized, rest_of
from lrkit.schedules._registry import kinds

BASE = lrkit.CosineDecayLR(0.0, 0.1, 100)
MADE: dict[str, tuple[Any, ...]] = {
    "ScaleLR": (BASE, 2.0), "OffsetLR": (BASE, 0.01), "ShiftLR": (BASE, 10), "StretchLR": (BASE, 2.0),
    "RepeatLR": (BASE, 30), "HoldLR": (BASE, 50), "EveryLR": (lrkit.ConstantLR(0.1), 3), "ClipLR": (BASE, 0.01, 0.05),
    "JoinLR": ([lrkit.WarmUpLR(0.1, 10), BASE], [10]), "SumLR": ([BASE, BASE],), "ConstantLR": (0.1,),
    "CosineDecayLR": (0.0, 0.1, 100), "PolynomialDecayLR": (0.1, 0.0, 100, 1.0), "WarmUpLR": (0.1, 10),
    "PiecewiseLinearLR": ([0.0, 20.0], [0.1, 0.2]), "PiecewiseConstantLR": ([10, 20], [0.1, 0.2]),
}  # fmt: skip
RUN = 60


@pytest.fixture(params=MADE)
def own(request: pytest.FixtureRequest) -> Iterator[lrkit.LearningRateSchedule]:
    """A schedule of a class whose rates are half of those of its base, and a thousandth."""
    base: Any = getattr(lrkit, request.param)

    def formula(self: Any, step: Any, xp: Any) -> Any:
        return 0.5 * base.formula(self, step, xp) + 0.001

    made: Any = type(f"Own{request.param}", (base,), {"formula": formula, "__module__": __name__}, kind="own_here")
    yield made(*MADE[request.param])
    kinds().pop("own_here")


WITHIN: dict[str, Callable[[lrkit.LearningRateSchedule], lrkit.LearningRateSchedule]] = {
    "alone": lambda own: own,
    "scaled": lambda own: 3.0 * own,
    "moved": lambda own: own.shift(5),
    "cycles": lambda own: own.repeat(40),
    "stairs": lambda own: own.every(4),
    "held": lambda own: own.hold(40),
    "joined": lambda own: lrkit.WarmUpLR(0.1, 10).then(own, 10).then(lrkit.ConstantLR(0.01), 30),
}


def rates(schedule: Callable[[int], float], steps: int = RUN) -> list[float]:
    return [schedule(step) for step in range(steps)]


@pytest.mark.parametrize("place", WITHIN)
def test_what_is_rewritten_has_its_rates(own: lrkit.LearningRateSchedule, place: str) -> None:
    schedule = WITHIN[place](own)
    assert rates(simplified(schedule), 300) == pytest.approx(rates(schedule, 300), rel=1e-12)
    assert rates(within(schedule, RUN)) == pytest.approx(rates(schedule), rel=1e-12)
    assert rates(rest_of(schedule, 15)) == pytest.approx(rates(schedule)[15:] + rates(schedule, RUN + 15)[RUN:])
    assert "Sealed" not in repr((simplified(schedule), within(schedule, RUN)))


def test_stairs_of_a_stretched_curve_ask_its_own_formula() -> None:
    """The formula gives the step it is asked at: the stairs of blocks of four are 0, 4, 8."""

    class Steps(lrkit.schedules.clock.StretchLR):
        def formula(self, step: Any, xp: Any) -> Any:
            return 1.0 * step

    assert Steps(BASE, 4.0).every(4).to_list(12) == [0.0] * 4 + [4.0] * 4 + [8.0] * 4


@pytest.mark.parametrize("place", WITHIN)
@pytest.mark.parametrize("steps", [None, RUN])
def test_code_for_torch_has_its_rates(own: lrkit.LearningRateSchedule, place: str, steps: int | None) -> None:
    torch = pytest.importorskip("torch")
    schedule = WITHIN[place](own)
    code = lrkit.as_source(schedule, "torch", steps)
    assert "Sealed" not in code
    names: dict[str, Any] = {"optimizer": torch.optim.SGD([torch.zeros(1)], lr=1.0), type(own).__name__: type(own)}
    exec(code.replace(f"from {__name__} import", f"# {__name__}"), names)
    seen = []
    for _ in range(RUN):
        seen.append(names["optimizer"].param_groups[0]["lr"])
        names["optimizer"].step()
        names["scheduler"].step()
    assert seen == pytest.approx(rates(schedule), rel=1e-9)


@pytest.mark.parametrize("framework", ["optax", "keras", "mindspore", "transformers", "lightning"])
def test_code_for_others_hands_it_over_or_has_its_formula(own: lrkit.LearningRateSchedule, framework: str) -> None:
    for make in WITHIN.values():
        code = lrkit.as_source(make(own), framework)  # type: ignore[arg-type]
        assert "Sealed" not in code
        assert type(own).__name__ in code or "def learning_rate(" in code


def test_a_run_of_another_length_keeps_it_whole(own: lrkit.LearningRateSchedule) -> None:
    """All of it is stretched: nothing in it is taken for a warm-up."""
    longer = resized(own, 100, 200, scaled_warmup=False)
    assert longer.to_list(100) == own.stretch(2).to_list(100)


def test_a_bound_group_has_its_rates(own: lrkit.LearningRateSchedule) -> None:
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}, {"lr": 0.1}])
    scheduler = lrkit.lr_scheduler.ScheduleLR(optimizer, 2.0 * own)
    for step in range(RUN):
        assert scheduler.get_last_lr() == [2.0 * own(step)] * 2
        scheduler.step()


def test_what_is_sealed_nests_no_deeper() -> None:
    class Own(lrkit.ConstantLR):
        def formula(self, step: Any, xp: Any) -> Any:
            return 0.25 + 0 * step

    schedule: lrkit.LearningRateSchedule = Own(1.0)
    for k in range(99):
        schedule = schedule.shift(1) if k % 2 else schedule.stretch(1.5)
    assert schedule.depth == sealed(schedule).depth == 100
    assert isinstance(sealed(Own(1.0)), Sealed)
    assert simplified(schedule)(7) == 0.25


def test_a_class_that_keeps_the_formula_is_rewritten_as_its_base_is() -> None:
    class Documented(lrkit.ConstantLR):
        """A constant with another docstring."""

    assert sealed(Documented(0.1)) == Documented(0.1)
    assert simplified(2.0 * Documented(0.1)) == lrkit.ConstantLR(0.2)
