"""Every code has a case that shows it, a near one that does not, and a fix in which it is gone."""

from __future__ import annotations

from typing import Any

import pytest

import lrkit
from lrkit.linting import CODES, Code
from lrkit.linting._codes import SEVERITIES

SHOWN = [code for code in CODES.values() if code.bad]
LIVE = {  # in test_live.py, on the objects themselves
    "end/raises", "resume/jump", "warmup/none-for-adam", "int/overflow-float32", "precision/lost-update",
    "decay/wd-coupled", "unit/stepping",
}  # fmt: skip


def budget_of(code: Code) -> Any:
    return None if code.budget is None else lrkit.Budget(**code.budget)


@pytest.mark.parametrize("code", SHOWN, ids=lambda code: code.name)
def test_the_case_of_a_code_shows_it_and_nothing_else(code: Code) -> None:
    (found,) = lrkit.lint(lrkit.parse(code.bad), budget_of(code))
    assert (found.code, found.severity) == (code.name, code.severity)
    assert f"{found.step:,}" in found.sentence or found.step == 0
    assert found.sentence[0].isupper()
    assert found.sentence.endswith((".", ")"))


@pytest.mark.parametrize("code", SHOWN, ids=lambda code: code.name)
def test_the_near_miss_of_a_code_has_no_finding(code: Code) -> None:
    assert not lrkit.lint(lrkit.parse(code.good), budget_of(code))


@pytest.mark.parametrize("code", [code for code in SHOWN if code.name != "rate/huge"], ids=lambda code: code.name)
def test_the_fix_of_a_code_lints_clean(code: Code) -> None:
    (found,) = lrkit.lint(lrkit.parse(code.bad), budget_of(code))
    assert found.fix is not None
    # The wave of the case of end/rebound, held, is at its floor for the rest: that is another finding's matter.
    assert set(lrkit.lint(found.fix, budget_of(code)).codes) <= {"floor/early"} - {code.name}


def test_a_code_is_declared_whole() -> None:
    assert {code.name for code in CODES.values() if not code.bad} == LIVE
    for name, code in CODES.items():
        assert code.name == name
        assert code.severity in SEVERITIES
        assert code.rule.endswith(".")
        assert len(code.source) > 10
        assert set(code.hides) <= set(CODES)


@pytest.mark.parametrize(
    ("expression", "updates", "codes"),
    [
        ("ConstantLR(0.1)", 1000, ()),
        ("CosineDecayLR(0, 0.1, 100).warmup(5)", 105, ()),
        ("cosine_restarts(0, 0.1, 100)", 1000, ()),
        ("cyclic(0.001, 0.1, 100)", 2000, ()),
        ("multi_step(0.1, [30, 60], 0.1)", 90, ()),
        ("one_cycle(0.1, 1000, 0.45)", 1000, ()),
        ("warmup_stable_decay(0.003, 100, 700, 200)", 1000, ()),
        ("inverse_sqrt(0.01, 100)", 20_000, ()),
        ("CosineDecayLR(0, 0.1, 100).warmup(5).warmup(5)", 110, ("start/zero-update",)),
        ("ConstantLR(0)", 100, ("start/zero-update",)),
        ("WarmUpLR(0.1, 50).then(CosineDecayLR(0, 0.1, 150).warmup(50), 50)", 250, ("peak/twice",)),
        ("ConstantLR(0.1).then(linear(0.05, 0, 50), 50)", 100, ("join/jump",)),
        ("WarmUpLR(0.1, 50).then(CosineDecayLR(0, 0.2, 100), 50)", 150, ("join/jump",)),
        ("CosineDecayLR(0, 0.1, 90)", 112_600, ("unit/epochs-as-steps",)),
    ],
)
def test_more_cases(expression: str, updates: int, codes: tuple[str, ...]) -> None:
    assert lrkit.lint(lrkit.parse(expression), updates).codes == codes


def test_the_numbers_of_the_threads() -> None:
    # ScrollPrize/villa#1495: 1000 epochs of 250 iterations, "returns above 90% of peak 139 times"
    wave = lrkit.cosine_wave(0, 1.0, 900).warmup(100)
    assert [round(wave(step), 4) for step in (250, 2000)] == [0.9330, 0.9698]
    (restarts,) = lrkit.lint(wave, 250_000)
    assert restarts.number == 138  # after the first peak
    # wandb/senpai#1065: T_max 75 of 85 epochs wasted 12 %
    (early,) = lrkit.lint(lrkit.CosineDecayLR(0, 1e-3, 75), 85)
    assert (early.step, round(early.number, 3)) == (75, 0.118)
    # huggingface/pytorch-image-models#1242: the cosine of epoch 20 of 300 after a warm-up to the peak
    (jump,) = lrkit.lint(lrkit.parse(CODES["join/jump"].bad), 30_000)
    assert jump.step == 2000
    assert jump.number == pytest.approx(-1.033e-5, rel=1e-3)


def test_a_run_of_billions_of_steps_takes_a_moment() -> None:
    (found,) = lrkit.lint(lrkit.CosineDecayLR(0, 1e-3, 10**11), 3 * 10**11)
    assert (found.code, found.step) == ("horizon/short", 10**11)
    assert lrkit.lint(lrkit.recipe("gpt3")).items == ()
