"""The code of the README, and of the pages that it leads to, does what the words and comments beside it say."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from processes import LIMIT

import lrkit
from lrkit.schedules._registry import kinds

ROOT = Path(__file__).parents[2]
FENCE = r"```(?:python|\{exec\})\n(.*?)```"


def readme_block(language: str, number: int) -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)[number]


def block_with(page: str, words: str) -> str:
    """The block of a page that has these words."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (found,) = (block for block in re.findall(FENCE, text, re.DOTALL) if words in block)
    return found


def test_the_readme_is_two_screens() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 120
    assert "To install, and run the tests:" in lines  # from where the gate takes its command


def test_what_the_readme_leads_to_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text) + re.findall(r'src(?:set)?="([^"]+)"', text)
    assert len(targets) > 10
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_ten_lines_do_what_their_comments_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    checked = 0
    for line in readme_block("python", 0).splitlines():
        code, _, comment = line.partition("  #")
        if not code.strip() or code.startswith(("import", "schedule =", "half =")) or "savefig" in code:
            exec(code, names)
        else:
            value = eval(code, names)
            if comment.strip().startswith(("0.", "array", "True")):
                shown = comment.strip() if comment.strip().startswith("array") else comment.strip().partition(",")[0]
                assert repr(value) == shown
                checked += 1
    assert checked >= 2
    assert (tmp_path / "lr.png").stat().st_size > 10_000
    assert names["schedule"] == lrkit.from_json(names["schedule"].to_json())  # type: ignore[attr-defined]


def test_the_shell_lines_of_the_readme(tmp_path: Path) -> None:
    for line in readme_block("sh", 2).splitlines():
        command = line.replace("lrkit ", f"{sys.executable} -m lrkit ", 1)
        subprocess.run(command, shell=True, cwd=tmp_path, check=True, capture_output=True, timeout=LIMIT)
    assert (tmp_path / "lr.svg").read_text(encoding="utf-8").startswith("<?xml")
    lines = (tmp_path / "rates.csv").read_text().splitlines()
    assert len(lines) == 101
    assert float(lines[51].split(",")[1]) == lrkit.CosineDecayLR(0, 0.1, 9500)(50)


def test_the_recipes_of_the_page_on_composing() -> None:
    """The numbers of the comments, counted by hand: drops at the epochs that are named, 5 of them to warm up."""
    names: dict[str, Any] = {"lrkit": lrkit}
    exec(block_with("guides/composing.md", "# ResNet-50 on ImageNet"), names)
    epoch = 5004
    resnet = names["resnet"]
    assert resnet(0) == 0
    assert resnet(5 * epoch) == resnet(30 * epoch - 1) == pytest.approx(0.1)
    drops = [resnet(k * epoch) / resnet(k * epoch - 1) for k in (30, 60, 80)]
    assert drops == pytest.approx([0.1, 0.1, 0.1])
    wsd = names["wsd"]
    assert [wsd(1_000), wsd(50_999), wsd(56_000), wsd(61_000)] == pytest.approx([3e-4, 3e-4, 1.5e-4, 0])
    restarts = names["restarts"]
    assert [restarts(step) for step in (0, 1_000, 3_000)] == [0.1, 0.1, 0.1]
    assert [restarts(step) for step in (500, 2_000, 5_000)] == pytest.approx([0.050005] * 3)


def test_the_schedule_of_ones_own() -> None:
    code = block_with("guides/own.md", "class RootDecayLR")
    names: dict[str, Any] = {"__name__": "page"}
    try:
        sys.modules["page"] = types.ModuleType("page")
        vars(sys.modules["page"]).update(names)
        exec(code, vars(sys.modules["page"]))
        schedule = sys.modules["page"].RootDecayLR(0.1, 500)
        assert schedule([0, 1_500]).tolist() == [0.1, 0.05]
        assert lrkit.from_json(schedule.to_json()) == schedule
        assert schedule.horizon == 10_000
    finally:
        kinds().pop("root_decay", None)
        del sys.modules["page"]


def test_the_run_with_optimizers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checkpoint is the state it says, the run has converged, and the schedulers have come to their ends."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(block_with("guides/optimizers.md", "# a checkpoint"), names)
    assert names["optimizer"].global_step == 100
    exact, *_ = np.linalg.lstsq(np.c_[names["x"], np.ones(3)], names["y"], rcond=None)
    for _ in range(100, 200):  # the checkpoint, and on from it
        error = (names["x"] @ names["weight"] + names["bias"] - names["y"]) / 3
        names["optimizer"]([names["x"].T @ error, error.sum(axis=0)])
    assert names["optimizer"].global_step == 200
    np.testing.assert_allclose(np.r_[names["weight"], [names["bias"]]], exact, atol=0.05)
    exec(block_with("guides/optimizers.md", "plateau = ReduceLROnPlateau"), names)
    curve = names["scheduler"].schedule(0.1)
    assert [curve(0), curve(5), curve(100)] == pytest.approx([0.01, 0.1, 0.0])
    assert (names["scheduler"].last_epoch, names["scheduler"].scales) == (100, [1.0])


def test_the_dozen_lines_on_frameworks(capsys: pytest.CaptureFixture[str]) -> None:
    """What the comments say: equal in the run, 0.1 again at step 200; a warm-up of ten steps; torch's own classes."""
    pytest.importorskip("torch")
    names: dict[str, Any] = {}
    exec(block_with("guides/frameworks.md", "# one for each group"), names)
    printed = capsys.readouterr().out
    assert "equal at all 100 steps" in printed
    assert "rises to 0.1 at 200" in printed
    assert "torch.optim.lr_scheduler.SequentialLR(" in printed
    assert names["schedule"](200) == pytest.approx(0.1)
    (group,) = names["optimizer"].param_groups
    assert (group["lr"], group["weight_decay"]) == (0.0, 0.1)
    assert names["table"](3) == 0.025


def test_mindspores_numbers_on_its_page() -> None:
    """The numbers in the documentation of MindSpore's `piecewise_constant_lr` and `PolynomialDecayLR`."""
    code = block_with("coming-from/mindspore.md", ">>> nn.piecewise_constant_lr")
    example = doctest.DocTestParser().get_doctest(code, {}, "mindspore.md", None, 0)
    assert doctest.DocTestRunner().run(example) == doctest.TestResults(failed=0, attempted=3)
