"""Many cooldowns of one trunk."""

from __future__ import annotations

import math
from typing import Any

import pytest

import lrkit

TRUNK = lrkit.ConstantLR(0.3).warmup(100)


def test_each_branch_is_the_trunk_and_then_a_cooldown() -> None:
    found = lrkit.branches(TRUNK, at=[400, 800])
    assert list(found) == ["cooled down at 400", "cooled down at 800"]
    for at, schedule in zip((400, 800), found.values(), strict=True):
        length = at // 4  # a fifth of the whole, as 100 of 500
        assert schedule.to_list(at) == TRUNK.to_list(at)
        for step in range(at, at + length + 1):
            expected = 0.3 * (1 - math.sqrt((step - at) / length))  # Hägele et al., arXiv:2405.18392
            assert schedule(step) == pytest.approx(expected, abs=1e-15)
        assert schedule.horizon == at + length


def test_a_number_of_steps_and_a_share_of_the_run() -> None:
    (short,) = lrkit.branches(TRUNK, at=(400,), cooldown=50, shape="linear", min_lr=0.1).values()
    assert short.to_list(451)[400::25] == pytest.approx([0.3, 0.2, 0.1])
    (tenth,) = lrkit.branches(TRUNK, at=range(900, 901), cooldown=0.1, shape="linear").values()
    assert tenth.horizon == 1000
    assert lrkit.branches(TRUNK, at=[900], cooldown=0.1, shape="linear") == lrkit.branches(
        TRUNK, at=[900], cooldown=100, shape="linear"
    )


def test_branches_are_drawn_as_they_are() -> None:
    drawn = lrkit.plot(lrkit.branches(TRUNK, at=[400, 1200]), backend="text")
    assert "cooled down at 1,200" in drawn


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"at": []}, ValueError, "at must be a list of one or more steps"),
        ({"at": 400}, TypeError, "at must be a list of one or more steps, got 400"),
        ({"at": [400, 0]}, ValueError, r"at\[1\] must be an integer >= 1, got 0"),
        ({"at": [400, 400]}, ValueError, "at must not have a step twice"),
        ({"cooldown": 0}, ValueError, "cooldown must be an integer >= 1, got 0"),
        ({"cooldown": 1.0}, ValueError, "cooldown must be a number > 0 and < 1, got 1.0"),
        ({"cooldown": "0.2"}, TypeError, "cooldown must be a number"),
        ({"shape": "round"}, ValueError, "shape must be one of"),
        ({"trunk": "cosine"}, TypeError, "trunk: cannot"),
        ({"trunk": lrkit.CosineDecayLR(0, 0.1, 100)}, ValueError, "the rate at step 400 is 0"),
    ],
)
def test_what_cannot_branch_is_refused(given: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^branches: {message}"):
        lrkit.branches(**({"trunk": TRUNK, "at": [400]} | given))
