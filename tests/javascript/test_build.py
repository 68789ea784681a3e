"""What is built: the committed text, modules put together, classes of one's own, and what has no translation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest

import lrkit
from lrkit import LearningRateSchedule, Param
from lrkit.javascript.build import GENERATED, ROOM, bundle, generated, own_module

MODULES = sorted(ROOM.glob("*.js"))
Rate = Annotated[float, Param("m", typical=(0, 1))]


class Falling(LearningRateSchedule):
    """A formula of one's own, which calls a function beside it."""

    max_lr: Rate
    timescale: Annotated[int, Param("T", unit="step", low=1, typical=(10, 10_000))]
    is_halved: Annotated[bool, Param("")] = False

    def formula(self, step: Any, xp: Any) -> Any:
        rate = self.max_lr / xp.sqrt(1 + step % 7 / self.timescale)
        if self.is_halved:
            rate = HALF * rate
        return rate * fading(step / self.timescale, xp)

    def _horizon(self) -> int:
        return max(20 * self.timescale, 1)


HALF = 0.5


def fading(share: Any, xp: Any) -> Any:
    return xp.where(share < 1, xp.exp(-share), share**2.0)


class Matching(LearningRateSchedule):
    """A statement that is not translated, in a formula that can be recorded."""

    schedule: Annotated[LearningRateSchedule, Param("s")]
    max_lr: Rate

    def formula(self, step: Any, xp: Any) -> Any:
        match self.max_lr:
            case 1.0:
                return self.schedule.formula(step, xp)
        return self.max_lr * self.schedule.formula(step, xp)


class Branching(LearningRateSchedule):
    """A formula that branches on the step: it can be evaluated only."""

    max_lr: Rate

    def formula(self, step: Any, xp: Any) -> Any:
        with np.errstate(all="raise"):
            return self.max_lr / (1 + abs(step - 50)) if step > 50 else self.max_lr


class OwnInit(LearningRateSchedule):
    """A class in MindSpore's style."""

    def __init__(self) -> None:
        super().__init__()

    def construct(self, global_step: Any) -> Any:
        return 0.1 + 0 * global_step


def test_the_committed_text_is_what_the_formulas_say() -> None:
    assert GENERATED.read_text(encoding="utf-8") == generated()


def test_nothing_is_evaluated_from_text() -> None:
    for path in MODULES:
        assert not re.search(r"\beval\(|new Function|\bimport\(|innerHTML", path.read_text(encoding="utf-8")), path


def test_every_formula_is_translated_and_none_is_written_by_hand() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in MODULES if path != GENERATED)
    assert "Math.cos" not in written
    assert "Math.exp" not in written
    assert generated().count("_rate() {") >= 29


def test_a_bundle_is_small_enough() -> None:
    assert len(bundle(ROOM / "parse.js", exports=["parse"])) < 72_000


def test_modules_that_import_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nexport const a = () => b;\n')
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\nexport const b = () => a;\n')
    with pytest.raises(ValueError, match=r"bundle: a\.js imports itself, by way of b\.js"):
        bundle(tmp_path / "a.js")


def test_an_import_of_another_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import * as x from "./b.js";\n')
    with pytest.raises(ValueError, match=r"bundle: a\.js: cannot read 'import \* as x"):
        bundle(tmp_path / "a.js")


def test_schedules_of_lrkit_need_no_module_of_their_own() -> None:
    assert own_module(lrkit.CosineDecayLR(0, 1, 10).warmup(5)) == ""


def test_a_class_with_an_init_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="OwnInit: a class with an __init__ of its own cannot be designed"):
        own_module(OwnInit() * 2)


@pytest.mark.browser
def test_classes_of_ones_own() -> None:
    from javascript import EXPORTS, ask, packed, unpacked

    falling = Falling(0.1, 30).warmup(10) + Falling(0.3, 20, is_halved=True)
    still = Matching(lrkit.CosineDecayLR(0, 0.1, 100), 2.0) * Branching(0.25)
    core = bundle(ROOM / "parse.js", ROOM / "printed.js", exports=EXPORTS, own=own_module(falling, still))
    at = np.arange(0, 700.0)
    jobs = [{"what": "schedule", "text": repr(made), "at": packed(at)} for made in (falling, still)]
    own = "  still({ text }) { return parse(text).isStill; },"
    jobs += [{"what": "still", "text": repr(made)} for made in (falling, still)]
    jobs += [{"what": "text", "text": text} for text in ("Branching(0.5)", "Falling('x', 3)")]
    one, other, *is_still, unknown, wrong = ask(jobs, own, core)
    for made, answer in ((falling, one), (still, other)):
        assert answer["text"] == repr(made)
        assert answer["horizon"] == made.horizon
        expected = np.array([made(step) for step in at])
        inside = at <= 100  # points stand for `Branching`, up to its horizon
        np.testing.assert_allclose(unpacked(answer["rates"])[inside], expected[inside], rtol=1e-12)
    np.testing.assert_allclose(unpacked(one["rates"]), [falling(step) for step in at], rtol=1e-12)
    assert is_still == [False, True]
    assert "Branching: its formula has no JavaScript; only Branching(max_lr=0.25) can be drawn" in unknown["refused"]
    assert "Falling: max_lr must be a finite number, got 'x'" in wrong["refused"]


def test_what_is_not_known_is_named() -> None:
    from lrkit.javascript._program import Program
    from lrkit.javascript._source import UntranslatableError

    with pytest.raises(UntranslatableError, match=r"Matching\.formula, line \d+: Match: match self\.max_lr"):
        Program(own=True).whole(Matching, set())
    with pytest.raises(UntranslatableError, match=r"Branching\.formula, line \d+: With: with np\.errstate"):
        Program(own=True).whole(Branching, set())
