"""Every script of the gallery runs alone, draws, and stays short."""

from __future__ import annotations

import runpy
from pathlib import Path

import matplotlib as mpl
import pytest

SCRIPTS = sorted((Path(__file__).parents[1] / "gallery").glob("plot_*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_runs_and_draws(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    plt.close("all")
    runpy.run_path(str(script))
    assert len(plt.get_fignums()) >= 1
    assert all(axes.lines for axes in plt.gcf().axes)
    plt.close("all")
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 60


def test_the_shares_of_the_four_ways(capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: (250 + 4750) / 9750 for cosine and line, (250 + 1500 log(1 + 9500/1500)) / 9750 for inverse time."""
    mpl.use("Agg")
    runpy.run_path(str(SCRIPTS[0]))
    printed = capsys.readouterr().out
    assert [line.split(":")[1].split()[0] for line in printed.splitlines()] == ["51%", "51%", "33%", "100%"]
    mpl.pyplot.close("all")
