"""Wrong values are refused by the translated schedules where Python refuses them, in its words."""

from __future__ import annotations

import random
from typing import Any

import pytest
from drawn_schedules import CLASSES, call
from javascript import ask

from lrkit import catalogue, parse
from lrkit._params import fields_of

pytestmark = pytest.mark.browser

SPOILT = (0, -1, 1, 2.5, -0.5, 1e300, 2**53 + 2, 1e-320, True, "x", None, [], [1], [3, 1], [0.5, -2, 7])
MAKERS = CLASSES | catalogue.FUNCTIONS


def verdict(name: str, fields: dict[str, Any]) -> str | None:
    try:
        MAKERS[name](**fields)
    except (TypeError, ValueError, OverflowError) as error:
        return str(error)
    return None


def is_plain(make: Any) -> bool:
    return not any(field.is_schedule for field in fields_of(make).values())


def test_spoilt_fields() -> None:
    rng = random.Random(78)
    jobs = []
    for name, make in MAKERS.items():
        for _ in range(25 if is_plain(make) else 0):
            given = {**call(rng, name)[0]}
            for key in rng.sample(sorted(fields_of(make)), min(2, len(fields_of(make)))):
                given[key] = rng.choice(SPOILT)
            if "steps" not in given or given["steps"] in range(3000):
                jobs.append({"what": "make", "kind": name, "fields": given})
    refused = literally = 0
    for job, answer in zip(jobs, ask(jobs), strict=True):
        message = verdict(job["kind"], job["fields"])
        assert (message is None) == ("refused" not in answer), (job, message, answer)
        refused += message is not None
        literally += message is not None and message == answer["refused"]
    assert refused > 300
    assert literally / refused > 0.9  # a whole float is written as an integer there


REFUSED = (
    "CosineDecayLR(0.2, 0.1, 100)",
    "CosineDecayLR(0, 1, 10.5)",
    "CosineDecayLR(0, -1.0, 10)",
    "WarmUpLR(0.1, 9007199254740994)",
    "JoinLR([ConstantLR(1), ConstantLR(2)], [3, 4])",
    "JoinLR([ConstantLR(1), ConstantLR(2), ConstantLR(3)], [4, 3])",
    "PiecewiseLinearLR([0, 2], [1e308, -1e308])",
    "PiecewiseLinearLR([0, 2.5, 2], [1, 2, 3])",
    "ClipLR(ConstantLR(1))",
    "ConstantLR(1).clip(2, 1.0)",
    "RepeatLR(ConstantLR(1), 1, multiplier=1.0001)",
    "RepeatLR(ConstantLR(1), 1, 1000, 1.01, 1e300)",
    "TableLR([1, 2], [3])",
    "TableLR([])",
    "HyperbolicDecayLR(0, 1, 100, 50)",
    "TanhDecayLR(0, 1, 10, 3, 2)",
    "cosine_restarts(0, 1, 100, 2.0, 1.0, 10)",
    "cooldown(10, 'steep')",
    "flat_cosine(0.5, 0.25, 1, 1)",
    "wsd_s(1, 100, [50], 60)",
    "multi_step(1, [5, 6], 1e200)",
    "one_cycle(1, 10, start_lr=2)",
    "noise(10, std=9.0)",
    "ConstantLR(1) / 0",
    "2 ** ConstantLR(1)",
    "1 / ConstantLR(1)",
    "ConstantLR(1) ** -1",
    "ConstantLR(1) ** ConstantLR(1)",
    "ConstantLR(1).stretch(0)",
    "ConstantLR(1).warmup(5, -1)",
)


def test_messages_are_pythons() -> None:
    for text, answer in zip(REFUSED, ask([{"what": "text", "text": text} for text in REFUSED]), strict=True):
        with pytest.raises(ValueError, match="parse: ") as error:
            parse(text)
        assert answer["refused"] == str(error.value)
