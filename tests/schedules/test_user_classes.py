"""Classes that people write: what is refused at the definition, what works, what an error says, what is left behind."""

from __future__ import annotations

import dataclasses
import gc
import inspect
import math
import pickle
import re
import traceback
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Annotated, Any

import numpy as np
import pytest

import lrkit
from lrkit import ConstantLR, CosineDecayLR, LearningRateSchedule, Param
from lrkit.naming import short_name
from lrkit.schedules._endless import is_endless
from lrkit.schedules._registry import classes, kinds

Rate = Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))]


def defined(
    body: dict[str, Any], annotations: dict[str, Any] | None = None, kind: str = "", base: type | None = None
) -> Any:
    """A class as a class statement makes it."""
    return type(LearningRateSchedule)(
        "Mine", (base or LearningRateSchedule,), body | {"__annotations__": annotations or {}}, kind=kind
    )


# What is refused ------------------------------------------------------------------------------------------------

OUTSIDE = "math domain error|expected a (nonnegative|positive) input"
"""What `math` says of an argument outside its domain; the second from Python 3.14 on."""
BASE_NAMES = (
    "depth", "kind", "parts", "plot", "formula", "construct", "warmup", "horizon", "_rate", "knots", "repeat", "clip",
    "parameters", "to_list", "to_json", "then", "minimum", "_check", "_horizon", "_knots", "_compiled",
)  # fmt: skip


@pytest.mark.parametrize("name", BASE_NAMES)
def test_a_field_cannot_have_the_name_of_something_that_every_schedule_has(name: str) -> None:
    with pytest.raises(TypeError, match=f"Mine: a field cannot be called '{name}': every schedule has a {name}"):
        defined({}, {name: Rate})


def own_init(self: Any, rate: float) -> None:
    self.rate = rate


REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "a kind in the body": (lambda: defined({"kind": "mine"}), TypeError, "'kind' cannot be defined in the class"),
    "a depth in the body": (lambda: defined({"depth": 3}), TypeError, "'depth' cannot be defined in the class"),
    "__post_init__": (lambda: defined({"__post_init__": lambda self: None}), TypeError, "define _check instead"),
    "an __init__ and a kind": (
        lambda: defined({"__init__": own_init}, kind="mine"), TypeError, "__init__ of its own has no kind",
    ),
    "an inherited __init__ and a kind": (
        lambda: defined({}, kind="mine", base=defined({"__init__": own_init})), TypeError, "of its own has no kind",
    ),
    "an __init__ over fields": (
        lambda: defined({"__init__": own_init}, base=CosineDecayLR), TypeError, "cannot have an __init__ of its own",
    ),
    "a field that is not annotated": (lambda: defined({"rate": Param("r")}), TypeError, "got a bare Param"),
    "a field of a plain type": (lambda: defined({}, {"rate": float}), TypeError, "Mine: rate: declare the field as"),
    "no Param": (lambda: defined({}, {"rate": Annotated[float, "r"]}), TypeError, "Mine: rate: declare the field as"),
    "a list as default": (
        lambda: defined({"rates": [1.0]}, {"rates": Annotated[tuple[float, ...], Param("r")]}),
        TypeError, r"Mine: the default of rates can be changed, a tuple cannot: got \[1.0\]",
    ),
    "a default outside the domain": (
        lambda: defined({"rate": -1.0}, {"rate": Rate}), ValueError, "rate must be a number >= 0, got -1.0",
    ),
    "a default before none": (
        lambda: defined({"rate": 1.0}, {"rate": Rate, "other": Rate}), TypeError, "Mine: non-default argument 'other'",
    ),
    "a field by keyword only": (
        lambda: defined({}, {"_": dataclasses.KW_ONLY, "rate": Rate}), TypeError, "Mine: rate cannot be keyword-only",
    ),
    "a field of another kind": (
        lambda: defined({}, {"rate": Annotated[complex, Param("r")]}), TypeError, "Mine: rate must be declared as bool",
    ),
    "a list field": (
        lambda: defined({}, {"rates": Annotated[list[float], Param("r")]}), TypeError, "rates must be declared as",
    ),
    "a text without choices": (
        lambda: defined({}, {"shape": Annotated[str, Param("s")]}), TypeError, "shape is a str: declare what it may be",
    ),
    "an unknown name": (
        lambda: defined({}, {"rate": "Annotated[float, Nowhere()]"}), TypeError, "'Nowhere' is not defined",
    ),
    "a kind that is no text": (lambda: defined({}, kind=5), TypeError, "Mine: kind must be a str, got 5"),  # type: ignore[arg-type]
    "a kind that is taken": (
        lambda: defined({}, kind="cosine_decay"), ValueError, "the kind 'cosine_decay' is taken by CosineDecayLR",
    ),
    "a kind that is a function": (
        lambda: defined({}, kind="one_cycle"), ValueError, "'one_cycle' is taken by the function lrkit.one_cycle",
    ),
    "a kind that is a class": (
        lambda: defined({}, kind="CosineDecayLR"), ValueError, "is taken by lrkit.schedules.cosine_decay.CosineDecayLR",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_could_not_work_is_refused_at_the_definition(case: str) -> None:
    define, error, message = REFUSED[case]
    before = dict(kinds())
    with pytest.raises(error, match=message):
        define()
    assert dict(kinds()) == before


def test_a_class_named_like_another_does_not_take_its_place() -> None:
    with pytest.raises(ValueError, match=r"CosineDecayLR: the name is taken by lrkit\.schedules\.cosine_decay"):
        type(LearningRateSchedule)("CosineDecayLR", (LearningRateSchedule,), {}, kind="my_cosine")
    assert lrkit.parse("CosineDecayLR(0, 0.1, 9)") == CosineDecayLR(0, 0.1, 9)
    assert len(list(lrkit.recipes())) > 10
    unregistered = type(LearningRateSchedule)("CosineDecayLR", (LearningRateSchedule,), {})
    assert classes()["CosineDecayLR"] is CosineDecayLR is not unregistered


def test_what_every_schedule_has_cannot_be_set_in_mindspores_style() -> None:
    class Styled(LearningRateSchedule):
        def __init__(self, kind: str) -> None:
            self.kind = kind

    with pytest.raises(AttributeError, match="Styled: 'kind' cannot be set"):
        Styled("mine")


# What works -----------------------------------------------------------------------------------------------------


def test_a_class_inside_a_function_may_name_what_is_local_there() -> None:
    from typing import Annotated as Declared

    from lrkit import Param as Domain

    Positive = Declared[float, Domain("r", low=0, exclusive=True)]  # noqa: N806

    class Local(LearningRateSchedule):
        rate: Positive
        slope: Declared[float, Domain("s")] = 0.5

        def formula(self, step: Any, xp: Any) -> Any:
            return self.rate + self.slope * step

    class Outer:
        class Inner(Local):
            other: Positive = 2.0

    assert Local(1.0)(2) == 2.0
    assert repr(Outer.Inner(1.0, 2.0, 3.0)) == "Inner(rate=1.0, slope=2.0, other=3.0)"
    with pytest.raises(ValueError, match="Inner: other must be a number > 0, got 0"):
        Outer.Inner(1.0, 2.0, 0)


def test_an_init_in_mindspores_style_is_inherited() -> None:
    class Parent(LearningRateSchedule):
        def __init__(self, rate: float) -> None:
            self.rate = rate

        def construct(self, global_step: Any) -> Any:
            return self.rate * global_step

    class Child(Parent):
        def construct(self, global_step: Any) -> Any:
            return 2 * super().construct(global_step)

    assert Child(0.5)(3) == 3.0


@pytest.mark.parametrize("how", ["super", "super of the base", "the base by name"])
def test_an_init_in_mindspores_style_may_call_that_of_its_bases(how: str) -> None:
    class Counted:
        def __init__(self) -> None:
            self.count = 2

    class Own(LearningRateSchedule, Counted):
        def __init__(self, rate: float) -> None:
            if how == "super":
                super().__init__()
            elif how == "super of the base":
                super(LearningRateSchedule, self).__init__()
            else:
                LearningRateSchedule.__init__(self)
            self.rate = rate

        def construct(self, global_step: Any) -> Any:
            return self.count * self.rate

    own = Own(0.5)
    own.rate = 3.0
    assert own(7) == 6.0


def test_a_field_keeps_the_default_that_its_declaration_has() -> None:
    """An attribute without an annotation declares nothing, as in a dataclass."""

    class Stairs(lrkit.ExponentialDecayLR):
        is_stair = True

    assert Stairs(0.1, 0.5, 10)(5) == lrkit.ExponentialDecayLR(0.1, 0.5, 10)(5)
    assert inspect.signature(Stairs).parameters["is_stair"].default is False


def test_a_field_may_be_called_self() -> None:
    cls = type(LearningRateSchedule)("Own", (LearningRateSchedule,), {"__annotations__": {"self": Rate}})
    assert cls(self=2.0).parameters() == {"self": 2.0}


def test_a_class_without_a_docstring_shows_its_arguments() -> None:
    class Plain(LearningRateSchedule):
        rate: Annotated[float, Param("r")] = 0.5

    assert Plain.__doc__ == "Plain(rate=0.5)"


def test_errors_of_arguments_are_pythons_own_and_name_the_class() -> None:
    class Own(LearningRateSchedule):
        rate: Annotated[float, Param("r")]

    made: Any = Own
    for call, message in {
        "missing 1 required positional argument: 'rate'": made,
        "takes 2 positional arguments but 3 were given": lambda: made(1.0, 2.0),
        "got an unexpected keyword argument 'lr'": lambda: made(lr=1.0),
        "got multiple values for argument 'rate'": lambda: made(1.0, rate=2.0),
    }.items():
        with pytest.raises(TypeError) as caught:
            message()
        assert str(caught.value) == f"{Own.__qualname__}.__init__() {call}"


def test_a_join_of_many_parts_with_a_formula_of_its_own_has_its_rates() -> None:
    class Doubled(lrkit.JoinLR):
        def formula(self, step: Any, xp: Any) -> Any:
            return 2.0 * super().formula(step, xp)

    joined = Doubled([lrkit.ConstantLR(0.5 + k) for k in range(80)], list(range(1, 80)))
    assert [joined(40), joined(np.arange(80))[40], joined.to_list(41)[40]] == [81.0, 81.0, 81.0]


def test_a_cycle_with_a_formula_of_its_own_is_not_taken_for_an_endless_one() -> None:
    class Once(lrkit.RepeatLR):
        def formula(self, step: Any, xp: Any) -> Any:
            return self.schedule.formula(step, xp)

    assert is_endless(lrkit.ConstantLR(0.5).repeat(5))
    assert not is_endless(Once(lrkit.ConstantLR(0.5), 5))


def test_a_shift_with_a_formula_of_its_own_is_not_named_as_the_curve_in_it() -> None:
    class Half(lrkit.ShiftLR):
        def formula(self, step: Any, xp: Any) -> Any:
            return 0.5 * super().formula(step, xp)

    curve = CosineDecayLR(0.0, 0.1, 50)
    assert short_name(curve.shift(5)) == "cosine decay"
    assert short_name(Half(curve, 5)) == "Half(shift_steps=5) of cosine decay"


def test_a_class_in_mindspores_style_may_have_other_bases() -> None:
    class Named:
        def __repr__(self) -> str:
            return "named"

    class Styled(Named, LearningRateSchedule):
        def __init__(self, rate: float) -> None:
            self.rate = rate

        def construct(self, global_step: Any) -> Any:
            return self.rate

    assert repr(Styled(0.5)) == "named"
    assert Styled(0.5) != Styled(0.5)
    assert len({Styled(0.5), Styled(0.5)}) == 2
    copied = pickle.loads(pickle.dumps(OneElement(np.array)))
    assert (type(copied), copied(2)) == (OneElement, 0.25)


class Mean(LearningRateSchedule):
    schedules: Annotated[tuple[LearningRateSchedule, ...], Param("s_k", min_length=1)]

    def formula(self, step: Any, xp: Any) -> Any:
        return sum(schedule.formula(step, xp) for schedule in self.schedules) / len(self.schedules)


def test_a_combination_bends_and_ends_where_its_parts_do() -> None:
    mean = Mean([CosineDecayLR(0, 0.1, 900), lrkit.WarmUpLR(0.1, 50)])
    assert mean.knots(2000).tolist() == [50, 900]
    assert mean.horizon == 900


def test_a_schedule_is_drawn_with_others_beside_it() -> None:
    one, other = CosineDecayLR(0, 0.1, 9), lrkit.WarmUpLR(0.1, 5)
    assert one.plot(other, backend="text", width=60) == lrkit.plot(one, other, backend="text", width=60)


class OneElement(LearningRateSchedule):
    """MindSpore's own test classes return a tensor of one element."""

    def __init__(self, make: Callable[[list[float]], Any]) -> None:
        self.make = make

    def construct(self, global_step: Any) -> Any:
        return self.make([0.5 if global_step < 2 else 0.25])


@pytest.mark.parametrize(
    "make", [np.array, lambda x: np.array([x]), lambda x: np.array(x[0]), lambda x: np.float32(x[0])]
)
def test_an_array_of_one_element_is_a_number(make: Any) -> None:
    schedule = OneElement(make)
    assert [schedule(step) for step in range(4)] == [0.5, 0.5, 0.25, 0.25]
    assert type(schedule(0)) is float
    assert schedule.to_list(4) == schedule([0, 1, 2, 3]).tolist() == [0.5, 0.5, 0.25, 0.25]
    assert schedule.to_list(60)[:3] == [0.5, 0.5, 0.25]
    assert schedule.warmup(1)(1) == 0.5


def test_an_array_of_one_element_of_a_framework_is_a_number() -> None:
    torch = pytest.importorskip("torch")
    jnp = pytest.importorskip("jax.numpy")
    for make in (torch.tensor, jnp.array):
        assert OneElement(make)(2) == 0.25
        assert OneElement(make).to_list(3) == [0.5, 0.5, 0.25]


def test_an_array_of_two_elements_is_no_rate() -> None:
    with pytest.raises(TypeError, match=r"OneElement: at step 0: a rate must be a number, got array\(\[0.5, 0.5\]\)"):
        OneElement(lambda x: np.array(x * 2))(0)


# What an error says ---------------------------------------------------------------------------------------------


class PowerOfNegative(LearningRateSchedule):
    """Below 0 from step 3 on."""

    exponent: Annotated[float, Param("q")]

    def formula(self, step: Any, xp: Any) -> Any:
        return xp.pow(2.5 - step, self.exponent)


class OperatorOfNegative(LearningRateSchedule):
    exponent: Annotated[float, Param("q")]

    def formula(self, step: Any, xp: Any) -> Any:
        return (2.5 - step) ** self.exponent


class RootOfNegative(LearningRateSchedule):
    def formula(self, step: Any, xp: Any) -> Any:
        return xp.sqrt(2.5 - step)  # the line that fails


class LogarithmOfZero(LearningRateSchedule):
    def formula(self, step: Any, xp: Any) -> Any:
        return xp.log(3 - step)


class DividedByZero(LearningRateSchedule):
    def formula(self, step: Any, xp: Any) -> Any:
        return 1 / (step - 3)


class Remainder(LearningRateSchedule):
    def formula(self, step: Any, xp: Any) -> Any:
        return step % (step - 3)


class Branching(LearningRateSchedule):
    def formula(self, step: Any, xp: Any) -> Any:
        if step == 3:
            raise ValueError("no rate here")
        return 0.5


@pytest.mark.parametrize(
    ("schedule", "error", "message"),
    [
        (PowerOfNegative(0.5), ValueError, r"-0.5 \*\* 0.5 is not a real number"),
        (OperatorOfNegative(0.5), ValueError, "the rate is not a real number"),
        (RootOfNegative(), ValueError, OUTSIDE),
        (LogarithmOfZero(), ValueError, OUTSIDE),
        (DividedByZero(), ZeroDivisionError, "division by zero"),
        (Remainder(), ZeroDivisionError, "by zero"),
        (Branching(), ValueError, "no rate here"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, LearningRateSchedule) else "",
)
def test_an_error_is_the_same_for_a_number_an_array_and_a_list(
    schedule: LearningRateSchedule, error: type[Exception], message: str
) -> None:
    """From Python's own arithmetic; NumPy alone would warn and go on with NaN or infinity."""
    where = rf"^{type(schedule).__name__}: at step 3: .*({message})"
    calls: list[Callable[[], Any]] = [
        lambda: schedule(3), lambda: schedule([1, 3]), lambda: schedule(np.array([3])), lambda: schedule(range(70)),
        lambda: schedule.to_list(4), lambda: schedule.to_list(400), lambda: schedule.to_array(4),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(error, match=where):
            call()
    inside = rf"^{type(schedule).__name__}: at step 3 \(step 8 of JoinLR\): "
    if isinstance(schedule, OperatorOfNegative):  # whose number is complex; the whole finds it
        inside = "^JoinLR: at step 8: "
    with pytest.raises(error, match=rf"{inside}.*{message}"):
        ConstantLR(1.0).then(schedule, 5)(8)
    with pytest.raises(error, match=rf"^{type(schedule).__name__}: at step 3(\.0)?: "):
        schedule(3.0)


def test_a_whole_power_of_a_negative_number_is_a_number() -> None:
    for schedule in (PowerOfNegative(2.0), OperatorOfNegative(2.0)):
        assert schedule(3) == 0.25
        assert schedule([3]).tolist() == schedule.to_list(4)[3:] == [0.25]


def test_the_traceback_shows_the_line_of_the_formula() -> None:
    try:
        RootOfNegative()(3)
    except ValueError as error:
        text = "".join(traceback.format_exception(error))
    assert "return xp.sqrt(2.5 - step)  # the line that fails" in text
    assert len(re.findall(OUTSIDE, text)) == 1


class Growing(LearningRateSchedule):
    def formula(self, step: Any, xp: Any) -> Any:
        return 1e300 * (step * 1e7)


def test_a_rate_too_large_is_the_same_error_everywhere() -> None:
    for call in (lambda: Growing()(99), lambda: Growing()([1, 99]), lambda: Growing().to_list(99)):
        with pytest.raises(OverflowError, match="too large for a float"):
            call()


# Whole numbers --------------------------------------------------------------------------------------------------


class Polynomial(LearningRateSchedule):
    """Products of whole steps that leave 64 bits: of 3 000 000 cubed, of 60 000 to the fourth."""

    power: Annotated[int, Param("q", typical=(1, 9))]

    def formula(self, step: Any, xp: Any) -> Any:
        return 1.0 / (1 + step**self.power) + 1e-30 * (step * step * step - step**3)


@pytest.mark.parametrize("power", [2, 3, 4, 7])
def test_products_of_whole_steps_do_not_wrap_around(power: int) -> None:
    schedule = Polynomial(power)
    steps = [0, 3, 46_341, 60_000, 3_000_000, 2**31, 2**40, 2**53]
    expected = [1.0 / (1 + step**power) for step in steps]  # in integers of any size
    assert [schedule(step) for step in steps] == expected
    np.testing.assert_allclose(schedule(np.array(steps)), expected, rtol=1e-15)
    assert schedule.to_list(60_001)[-1] == 1.0 / (1 + 60_000**power)


@pytest.mark.parametrize("step", [2**63, 2**64 - 1, 2**70, 10**30])
def test_steps_beyond_64_bits_are_steps_in_a_list_too(step: int) -> None:
    saw = lrkit.PolynomialDecayLR(7.0, 0.0, 7, 1.0).repeat(7)
    expected = 7.0 * (1 - step % 7 / 7)
    assert saw(step) == expected
    assert saw([step, 0]).tolist() == [expected, 7.0]
    assert saw((0, step)).tolist() == [7.0, expected]
    if step < 2**64:
        assert saw(np.array([step], np.uint64)).tolist() == [expected]


# What is left behind --------------------------------------------------------------------------------------------


def used_up(kind: str) -> weakref.ref[Any]:
    """A class that has been defined, used in every way, and dropped."""

    class Dropped(LearningRateSchedule, kind=kind):
        rate: Rate

        def formula(self, step: Any, xp: Any) -> Any:
            return self.rate / xp.sqrt(1 + step)

    schedule = Dropped(0.5).warmup(3)
    assert schedule(4) == schedule([4])[0] == schedule.to_list(60)[4]
    if kind:
        assert lrkit.parse(repr(schedule)) == lrkit.from_json(schedule.to_json()) == schedule
    with pytest.raises(ValueError, match="Dropped: rate"):
        Dropped(-1)
    return weakref.ref(Dropped)


@pytest.mark.parametrize("kind", ["", "dropped"])
def test_a_class_that_nobody_holds_is_forgotten(kind: str) -> None:
    gone = used_up(kind)
    gc.collect()
    assert gone() is None
    assert "dropped" not in kinds()
    used_up(kind)  # its kind may be taken again


def test_a_schedule_is_freed_at_once() -> None:
    """By its reference count: the compiled function does not hold it."""
    gc.disable()
    try:
        for schedule in (CosineDecayLR(0, 0.1, 9), PowerOfNegative(2.0), RootOfNegative()):
            schedule(1)
        watch = [weakref.ref(schedule) for schedule in (CosineDecayLR(0, 0.1, 7), PowerOfNegative(4.0))]
        assert [ref() for ref in watch] == [None, None]
        one = PowerOfNegative(4.0)
        one(1)
        ref = weakref.ref(one)
        del one
        assert ref() is None
    finally:
        gc.enable()


def test_first_calls_from_many_threads_agree() -> None:
    for _ in range(20):
        schedule = CosineDecayLR(0, 0.1, 90).warmup(10).repeat(45)
        gate = Barrier(8)

        def work(_: int, schedule: LearningRateSchedule = schedule, gate: Barrier = gate) -> list[float]:
            gate.wait()
            return [schedule(step) for step in range(50)]

        with ThreadPoolExecutor(8) as pool:
            rates = list(pool.map(work, range(8)))
        assert all(found == rates[0] for found in rates)
        assert pickle.loads(pickle.dumps(schedule)).to_list(50) == rates[0]


def test_nothing_global_changes() -> None:
    """NumPy's error state, the decimal context and the warnings filters are left as they were found."""
    import decimal
    import warnings

    before = np.geterr(), decimal.getcontext().prec, list(warnings.filters), math.pi
    schedule = CosineDecayLR(0, 0.1, 9).repeat(9, multiplier=1.5)
    schedule.to_list(500)
    schedule(np.arange(100))
    with pytest.raises(ValueError, match="RootOfNegative"):
        RootOfNegative()([3])
    assert (np.geterr(), decimal.getcontext().prec, list(warnings.filters), math.pi) == before
