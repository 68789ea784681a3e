"""JSON and reprs, read back strictly: no text does anything but give a schedule or raise `ValueError`."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pytest
from helpers import examples, own_kinds, schedules
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lrkit
from lrkit import LearningRateSchedule

NAMES = sorted(cls.__name__ for cls in own_kinds().values())
WARM = '{"kind": "warm_up", "learning_rate": 0.1, "warmup_steps": 5}'


def document(schedule: str, version: str = "1") -> str:
    return f'{{"lrkit": {version}, "schedule": {schedule}}}'


def test_the_form_of_json() -> None:
    """Version, kind, fields: written down here, since other programs read it."""
    schedule = lrkit.CosineDecayLR(0, 0.1, 9500).warmup(500).clip(max_lr=0.05)
    assert json.loads(schedule.to_json()) == {
        "lrkit": 1,
        "schedule": {
            "kind": "clip",
            "schedule": {
                "kind": "join",
                "schedules": [
                    {"kind": "warm_up", "learning_rate": 0.1, "warmup_steps": 500},
                    {"kind": "cosine_decay", "min_lr": 0.0, "max_lr": 0.1, "decay_steps": 9500},
                ],
                "milestones": [500],
            },
            "min_lr": None,
            "max_lr": 0.05,
        },
    }


def test_a_default_may_be_left_out() -> None:
    text = document('{"kind": "exponential_decay", "learning_rate": 1, "decay_rate": 0.5, "decay_steps": 2}')
    assert lrkit.from_json(text) == lrkit.ExponentialDecayLR(1.0, 0.5, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "from_json: Expecting value: line 1 column 1"),
        ("nonsense", "from_json: Expecting value"),
        ("[]", 'must be an object with the two fields "lrkit" and "schedule"'),
        (WARM, 'must be an object with the two fields "lrkit" and "schedule"'),
        (document(WARM, "2"), "lrkit: version 2 is not known, only 1"),
        (document(WARM, "true"), "lrkit: version True is not known, only 1"),
        (document(WARM, '"1"'), "lrkit: version '1' is not known, only 1"),
        (document("3"), 'schedule: a schedule is an object with a "kind", got 3'),
        (document('{"kind": 3}'), 'schedule: a schedule is an object with a "kind"'),
        (document('{"kind": "nope"}'), "schedule.kind: 'nope' is not a kind of schedule"),
        (document('{"kind": "constant"}'), "schedule: ConstantLR needs the field 'learning_rate'"),
        (document('{"kind": "constant", "learning_rate": 1, "lr": 1}'), "schedule: ConstantLR has no field 'lr'"),
        (document('{"kind": "constant", "learning_rate": 1, "learning_rate": 2}'), "'learning_rate' stands twice"),
        (document('{"kind": "constant", "learning_rate": NaN}'), "from_json: NaN is not a number"),
        (document('{"kind": "constant", "learning_rate": -Infinity}'), "from_json: -Infinity is not a number"),
        (document('{"kind": "constant", "learning_rate": 1e999}'), "learning_rate must be a finite number, got inf"),
        (document('{"kind": "constant", "learning_rate": true}'), "must be a finite number, got True"),
        (document('{"kind": "constant", "learning_rate": "1"}'), "must be a finite number, got '1'"),
        (document('{"kind": "constant", "learning_rate": null}'), "must be a finite number, got None"),
        (document('{"kind": "constant", "learning_rate": 1' + "0" * 400 + "}"), "must be a finite number"),
        (document('{"kind": "constant", "learning_rate": 1' + "0" * 5000 + "}"), "from_json: Exceeds the limit"),
        (
            document(f'{{"kind": "join", "schedules": [{WARM}, {WARM.replace("5", "0")}], "milestones": [5]}}'),
            "schedule.schedules[1]: WarmUpLR: warmup_steps must be an integer >= 1, got 0",
        ),
        (document(f'{{"kind": "join", "schedules": {WARM}, "milestones": [5]}}'), "schedule.schedules must be a list"),
        (document('{"kind": "scale", "schedule": 0.1, "factor": 2}'), "schedule.schedule: a schedule is an object"),
        (document(f'{{"kind": "join", "schedules": [{WARM}, {WARM}], "milestones": []}}'), "1 or more"),
        (document("[" * 100_000), "from_json: "),
    ],
)
def test_json_errors_say_where(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        lrkit.from_json(text)
    with pytest.raises(ValueError, match=re.escape(message)):
        lrkit.from_json(text.encode())


ROUGH = np.random.default_rng(0).random(132_000)
LONG: list[LearningRateSchedule] = [
    lrkit.JoinLR([lrkit.WarmUpLR(0.1 + k, 7) for k in range(10_001)], [5 * (k + 1) for k in range(10_000)]),
    lrkit.TableLR(ROUGH, np.arange(1, 132_001)),
    lrkit.TableLR(-ROUGH).hold(9) + lrkit.PiecewiseLinearLR([0, *range(5, 205)], [1.0, *ROUGH[:200].tolist()]),
]


@pytest.mark.parametrize("schedule", LONG, ids=["join", "table", "sum"])
def test_long_schedules_read_back(schedule: LearningRateSchedule) -> None:
    assert lrkit.from_json(schedule.to_json()) == schedule
    assert lrkit.parse(repr(schedule)) == schedule


def test_more_than_is_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = lrkit.TableLR([0.1, 0.2, 0.3])
    text = schedule.to_json()
    monkeypatch.setattr("lrkit.schedules._json.MAX_TEXT", len(text))
    assert lrkit.from_json(schedule.to_json()) == schedule
    monkeypatch.setattr("lrkit.schedules._json.MAX_TEXT", len(text) - 1)
    with pytest.raises(ValueError, match=rf"TableLR.to_json: the text has {len(text)} characters, at most .* pickle"):
        schedule.to_json()


def nested(levels: int) -> str:
    return '{"kind": "scale", "factor": 1, "schedule": ' * levels + WARM + "}" * levels


def test_limits_of_depth_and_size() -> None:
    assert lrkit.from_json(document(nested(99)))(5) == 0.1
    for levels in (100, 5000, 100_000):
        with pytest.raises(ValueError, match="nest"):
            lrkit.from_json(document(nested(levels)))
    with pytest.raises(ValueError, match="at most 67108864 are read"):
        lrkit.from_json(" " * (64 * 2**20 + 1))
    with pytest.raises(ValueError, match="4194305 characters, at most 4194304 are read"):
        lrkit.parse(" " * (2**22 + 1))
    with pytest.raises(ValueError, match="262145 commas, at most 262144 are read"):
        lrkit.parse(f"TableLR([{'1,' * (2**18 + 1)}])")


def test_a_hundred_thousand_milestones_read_back() -> None:
    rates = np.random.default_rng(0).uniform(size=100_000) * 1e-4  # with all their digits
    schedule = lrkit.PiecewiseConstantLR(range(1, 100_001), rates.tolist())
    assert lrkit.parse(repr(schedule)) == schedule


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "parse: column"),
        ("1", "parse: column 1: expected a schedule, got 1"),
        ("[ConstantLR(0.1)]", "parse: column 1: expected a schedule"),
        ("CosineDecayLR", "CosineDecayLR is called with its parameters, CosineDecayLR(min_lr, max_lr, decay_steps)"),
        ("CosineDecayLR(0, 0.1", "parse: column 14: '(' was never closed"),
        ("CosineDecayLR(0, 0.1, 3.5)", "column 1: CosineDecayLR: decay_steps must be an integer >= 1, got 3.5"),
        ("CosineDecayLR(0, 0.1)", "column 1: CosineDecayLR missing 1 required positional argument: 'decay_steps'"),
        ("CosineDecayLR(0, 0.1, 5, 6)", "column 1: CosineDecayLR takes 4 positional arguments but 5 were given"),
        ("CosineDecayLR(0, 0.1, lr=5)", "column 1: CosineDecayLR got an unexpected keyword argument 'lr'"),
        ("CosineDecayLR(0, 0.1, **{})", "CosineDecayLR: an argument is given twice or with **"),
        ("CosineDecayLR(*[0, 0.1, 5])", "column 15: only schedules, numbers, True, False, None and lists"),
        ("ConstantLR(1, learning_rate=1)", "got multiple values for argument 'learning_rate'"),
        (
            "ConstantLR(x)",
            "column 12: only schedules, numbers, True, False, None and lists may stand here, not the name 'x'",
        ),
        ("9 ** 9 ** 9 ** ConstantLR(1)", "column 11: unsupported operand type(s) for **"),
        ("ConstantLR(1) // 2", "column 1: only schedules, numbers"),
        ("ConstantLR(1) / 0", "column 1: ConstantLR: a schedule divided by 0"),
        ("ConstantLR(0.1).plot()", "column 1: 'plot' is not a method that makes a schedule: there are then, warmup,"),
        ("ConstantLR(0.1).__class__(0.1)", "column 1: '__class__' is not a method that makes a schedule"),
        ("ConstantLR(0.1).warmup(-5)", "column 1: WarmUpLR: warmup_steps must be an integer >= 1, got -5"),
        ("(0.1).then(3)", "column 1: 0.1 has no methods"),
        ("nn.ConstantLR(0.1)", "column 1: only schedules, numbers, True, False, None and lists may stand here"),
        ("CosinDecayLR(0, 0.1, 5)", "'CosinDecayLR' is not a schedule; did you mean CosineDecayLR?"),
        ("cosine_decay_lr(0, 0.1, 5)", "'cosine_decay_lr' is not a schedule; did you mean CosineDecayLR?"),
        ("__import__('os').system('true')", "column 1: '__import__' is not a schedule"),
        ("__import__('os')", "'__import__' is not a schedule; `lrkit list` names them all"),
        ("(lambda: 1)()", "column 1: only schedules"),
        ("[ConstantLR(1) for x in (1, 2)]", "column 1: only schedules"),
        ("ConstantLR('0.1')", "column 1: ConstantLR: learning_rate must be a finite number, got '0.1'"),
        ("'linear'", "column 1: expected a schedule, got 'linear'"),
        ("linear(0.1)", "column 1: linear: missing a required argument: 'end_lr'"),
        ("linear(0.1, 0, 0)", "column 1: linear: decay_steps must be an integer >= 1, got 0"),
        ("cooldown(5, 'sqrt')", "column 1: cooldown: shape must be one of 'linear', 'cosine', "),
        ("ConstantLR(1j)", "column 12: only schedules"),
        ("ConstantLR(1e999)", "learning_rate must be a finite number, got inf"),
        ("ConstantLR(True)", "learning_rate must be a finite number, got True"),
        ("ConstantLR(9" + "9" * 5000 + ")", "parse: "),
        ("ConstantLR(0.1); x = 1", "parse: column"),
        ("ConstantLR(0.1)\nConstantLR(0.1)", "parse: line 2, column 1: invalid syntax"),
        ("ConstantLR(\0)", "parse: "),
        ("(" * 100_000, "parse: brackets nest more than 250 deep"),
        ("-" * 100_000 + "1", "parse: "),
        ("ConstantLR(" + "1+" * 100_000 + "1)", "parse: "),
        ("ScaleLR(" * 100 + "ConstantLR(1)" + ", 1)" * 100, "schedules nest at most 100 deep"),
        (f"TableLR([{'1, ' * 200}2], x)", "column 614: only schedules"),
        (f"TableLR([{'1, ' * 200}x])", "column 610: only schedules, numbers"),
        (f"TableLR([{'1, ' * 200}{'9' * 5000}])", "column 9: Exceeds the limit"),
        (f"WarmUpLR(0.1, [{'1, ' * 200}2])", "column 1: WarmUpLR: warmup_steps must be an integer >= 1, got a list of"),
        (f"PiecewiseConstantLR([{'1, ' * 200}2.5], [0.1])", "milestones[200] must be an integer >= 1, got 2.5"),
        (f"TableLR([{'1, ' * 200}2]) + [*0]", "column 617: only schedules"),
    ],
)
def test_parse_errors_say_where(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        lrkit.parse(text)


@pytest.mark.parametrize("call", [lrkit.parse, lrkit.from_json])
@pytest.mark.parametrize("text", [None, 1, ["ConstantLR(0.1)"], lrkit.ConstantLR(0.1)])
def test_what_is_no_text_is_a_type_error(call: Any, text: Any) -> None:
    with pytest.raises(TypeError, match="text must be str"):
        call(text)


def test_parse_reads_what_people_write() -> None:
    for text in (
        " JoinLR([WarmUpLR(0.1, 500), CosineDecayLR(0, 0.1, 9500)], [500]) ",
        "JoinLR((WarmUpLR(learning_rate=0.1, warmup_steps=500),\n CosineDecayLR(0, 0.1, 9_500)), milestones=(500,))",
        "JoinLR([WarmUpLR(1e-1, 500), CosineDecayLR(0, 0.1, decay_steps=9500)], [500])  # a comment",
    ):
        assert lrkit.parse(text) == lrkit.CosineDecayLR(0, 0.1, 9500).warmup(500)
    assert lrkit.parse("ConstantLR(-0.5)") == lrkit.ConstantLR(-0.5)
    assert math.copysign(1, lrkit.parse("ConstantLR(-0.0)")(0)) == -1


# Fuzzing --------------------------------------------------------------------------------------------------------

TOKENS = st.sampled_from(
    [*NAMES, "(", ")", "[", "]", ",", "=", "0", "1", "-", "0.5", "1e999", "True", "None", "learning_rate", "schedules",
     "milestones", "*", "**", ".", "lambda", "'x'", "\\", "\n", "{", "}", ":", "é", "\0", "__class__", "1j", "_", "nan"]
)  # fmt: skip


def only_a_schedule_or_value_error(call: Any, text: Any) -> None:
    try:
        schedule = call(text)
    except ValueError as error:
        assert str(error).startswith(f"{call.__name__}: ")
    else:
        assert isinstance(schedule, LearningRateSchedule)
        assert call(repr(schedule) if call is lrkit.parse else schedule.to_json()) == schedule


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("ConstantLR(0.1).warmup(5)", lrkit.ConstantLR(0.1).warmup(5)),
        ("lrkit.ConstantLR(0.1).warmup(5, start_lr=0.05)", lrkit.ConstantLR(0.1).warmup(5, start_lr=0.05)),
        ("0.5 * ConstantLR(1) + 0.1", 0.5 * lrkit.ConstantLR(1) + 0.1),
        ("-WarmUpLR(1, 5) ** 2 / 4", -(lrkit.WarmUpLR(1, 5) ** 2) / 4),
        ("1 - WarmUpLR(1, 5) * ConstantLR(2)", 1 - lrkit.WarmUpLR(1, 5) * lrkit.ConstantLR(2)),
        ("linear(0.1, 0, 9).then(cooldown(5, '1-sqrt').hold(3), 4).repeat(9, cycles=2)",
         lrkit.linear(0.1, 0, 9).then(lrkit.cooldown(5, "1-sqrt").hold(3), 4).repeat(9, cycles=2)),
        ("WarmUpLR(1, 5).minimum(ConstantLR(0.5)).clip(max_lr=0.4).shift(-2).stretch(2)",
         lrkit.WarmUpLR(1, 5).minimum(lrkit.ConstantLR(0.5)).clip(max_lr=0.4).shift(-2).stretch(2)),
    ],
)  # fmt: skip
def test_the_algebra_is_read_as_python_reads_it(text: str, schedule: lrkit.LearningRateSchedule) -> None:
    assert lrkit.parse(text) == schedule


@settings(max_examples=examples(1500))
@given(st.text(max_size=60) | st.lists(TOKENS, max_size=14).map("".join))
@example("'\\d'")
@example("1if 1else 2")
@example("ConstantLR(0.1)\\")
@example("f'{1}'")
def test_fuzz_parse(text: str) -> None:
    only_a_schedule_or_value_error(lrkit.parse, text)


@settings(max_examples=examples(500))
@given(schedule=schedules(), data=st.data())
def test_fuzz_parse_by_damage(schedule: LearningRateSchedule, data: st.DataObject) -> None:
    text = repr(schedule)
    at, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 9))
    damaged = text[:at] + data.draw(TOKENS | st.just("")) + text[at + length :]
    only_a_schedule_or_value_error(lrkit.parse, damaged)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(list(own_kinds())),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "schedule", "schedules", "learning_rate", "factor", "rates"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=examples(800))
@given(st.text(max_size=60) | st.binary(max_size=60) | PLAIN.map(lambda v: document(json.dumps(v))))
@example(b"\xff\xfe")
@example("\ud800")
@example("\ufeff{}")
def test_fuzz_json(text: Any) -> None:
    only_a_schedule_or_value_error(lrkit.from_json, text)


@settings(max_examples=examples(500))
@given(schedule=schedules(), data=st.data())
def test_fuzz_json_by_damage(schedule: LearningRateSchedule, data: st.DataObject) -> None:
    """One value of a valid document, replaced by something else or left out."""
    whole = json.loads(schedule.to_json())
    place = whole
    key: Any = "schedule"
    while data.draw(st.booleans()) and isinstance(place[key], (dict, list)) and place[key]:
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else list(range(len(place)))))
    if data.draw(st.booleans()):
        del place[key]
    else:
        place[key] = data.draw(PLAIN)
    only_a_schedule_or_value_error(lrkit.from_json, json.dumps(whole))
