"""Every script of the gallery runs alone, draws, and stays short."""

from __future__ import annotations

import runpy
from pathlib import Path

import matplotlib as mpl
import pytest

GALLERY = Path(__file__).parents[1] / "gallery"
SCRIPTS = sorted(GALLERY.glob("plot_*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_runs_and_draws(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    if script.stem == "plot_digits":
        pytest.importorskip("sklearn")
    plt.close("all")
    runpy.run_path(str(script))
    assert len(plt.get_fignums()) >= 1
    assert all(axes.lines for axes in plt.gcf().axes)
    plt.close("all")
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 120


def test_the_shares_of_the_four_ways(capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: (250 + 4750) / 9750 for cosine and line, (250 + 1500 log(1 + 9500/1500)) / 9750 for inverse time."""
    mpl.use("Agg")
    runpy.run_path(str(GALLERY / "plot_four_ways.py"))
    printed = capsys.readouterr().out
    assert [line.split(":")[1].split()[0] for line in printed.splitlines()] == ["51%", "51%", "33%", "100%"]
    mpl.pyplot.close("all")


def test_what_the_page_on_digits_says(capsys: pytest.CaptureFixture[str]) -> None:
    """The digits are learnt; the schedules that end near zero end lowest; the table has these very numbers."""
    pytest.importorskip("sklearn")
    mpl.use("Agg")
    page = runpy.run_path(str(GALLERY / "plot_digits.py"))
    mpl.pyplot.close("all")
    names, accuracies = list(page["schedules"]), page["accuracies"]
    assert min(accuracies.values()) > 95
    assert max(accuracies.values()) > 97
    losses = {name: float(page["curves"][name][-1]) for name in names}
    low = ("steps", "cosine", "warm up, stay, decay")
    assert max(losses[name] for name in low) < min(losses[name] for name in ("constant", "inverse time"))
    rows = [line.rsplit(maxsplit=3) for line in capsys.readouterr().out.splitlines()[1:]]
    assert [row[0].strip() for row in rows] == names
    assert [float(row[1]) for row in rows] == [round(losses[name], 3) for name in names]
    assert [float(row[2]) for row in rows] == [round(accuracies[name], 1) for name in names]
