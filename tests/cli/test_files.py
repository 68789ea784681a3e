"""Files that the command writes: whole or not at all, in the place and with the mode of what was there."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from command import COSINE, Run, listed

mpl.use("Agg")


from lrkit._files import replacing
from lrkit.plotting import mpl as renderer
from lrkit.plotting import plotly as page


@pytest.mark.parametrize(
    "error", [OSError("the disk is gone"), ValueError("no\nsuch colour"), KeyboardInterrupt()], ids=repr
)
@pytest.mark.parametrize("form", ["png", "svg", "pdf", "html"])
@pytest.mark.parametrize("there", [True, False])
def test_a_write_that_fails_midway_leaves_what_was_there(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, form: str, there: bool
) -> None:
    def half(_chart: Any, path: Path, *_rest: Any) -> None:
        path.write_bytes(b"half a file")
        raise error

    monkeypatch.setattr(renderer, "write", half)
    monkeypatch.setattr(page, "write", half)
    output = Path(f"a.{form}")
    if there:
        output.write_bytes(b"the old file")
    done = run("plot", COSINE, "-o", output.name)
    assert listed() == ([output.name] if there else [])
    assert not there or output.read_bytes() == b"the old file"
    assert done.out == ""
    interrupted = isinstance(error, KeyboardInterrupt)
    assert done.code == (130 if interrupted else 2)
    assert done.err.strip() == "lrkit: " + ("interrupted" if interrupted else " ".join(str(error).split()))


def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(run: Run) -> None:
    output = Path("a.svg")
    output.write_text("old")
    output.chmod(0o640)
    assert run("plot", COSINE, "-o", "a.svg").code == 0
    assert "<svg" in output.read_text()
    assert stat.S_IMODE(output.stat().st_mode) == 0o640
    assert listed() == ["a.svg"]


def test_a_new_file_has_the_mode_of_a_new_file(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        with replacing(tmp_path / "a.txt") as path:
            path.write_text("x")
            assert not (tmp_path / "a.txt").exists()
            assert path.parent == tmp_path
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640
    assert (tmp_path / "a.txt").read_text() == "x"


def test_a_link_stays_a_link(run: Run) -> None:
    Path("real").mkdir()
    Path("real/b.svg").write_text("old")
    Path("a.svg").symlink_to("real/b.svg")
    assert run("plot", COSINE, "-o", "a.svg").code == 0
    assert Path("a.svg").is_symlink()
    assert "<svg" in Path("real/b.svg").read_text()
    assert listed(Path("real")) == ["b.svg"]


def test_a_name_as_long_as_names_may_be(run: Run) -> None:
    name = "a" * 251 + ".svg"
    assert run("plot", COSINE, "-o", name).code == 0
    assert listed() == [name]
