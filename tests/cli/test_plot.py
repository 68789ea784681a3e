"""``lrkit plot``: sketches in the terminal and pictures in files."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from command import COSINE, JOINED, Run, listed
from processes import shell

mpl.use("Agg")

from PIL import Image

import lrkit
from lrkit.chart import make_chart
from lrkit.cli.plot import DEFAULT_LABELS
from lrkit.plotting import renderers
from lrkit.plotting.text import sketch


def test_plot_without_arguments_sketches_four_named_curves(run: Run) -> None:
    done = run("plot")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "Warm up, then: four ways to go on"
    assert [line for line in lines if line in DEFAULT_LABELS] == list(DEFAULT_LABELS)
    assert len([line for line in lines if "┤" in line]) == 4 * 6
    assert max(map(len, lines)) == 80


def test_plot_sketches_what_the_library_sketches(run: Run) -> None:
    chart = make_chart([lrkit.parse(COSINE), lrkit.parse(JOINED)], steps=50, labels=["a", "b"], title="two")
    done = run("plot", COSINE, JOINED, "--steps", "50", "--label", "a", "--label", "b", "--title", "two")
    assert done == (0, sketch(chart, 80) + "\n", "")


@pytest.mark.parametrize(("columns", "width"), [("20", 24), ("50", 50), ("500", 120)])
def test_the_sketch_is_as_wide_as_the_terminal_within_reason(
    run: Run, monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for steps in ("1", "1000000"):
        assert max(map(len, run("plot", COSINE, "--steps", steps).out.splitlines())) == width


def test_epochs_and_logarithms_in_a_sketch(run: Run) -> None:
    done = run("plot", COSINE, "--log", "--steps-per-epoch", "10")
    lines = done.out.splitlines()
    assert lines[-1] == "rates below 0.0001 are drawn at the lower edge"  # three powers of ten below the peak
    assert lines[-2].split() == ["epoch", *map(str, range(11))]
    assert done.code == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_braille_gets_plain_characters(encoding: str) -> None:
    done = shell(f"lrkit plot '{JOINED}' --label 'é→漢'", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert done.stdout.splitlines()[0] == "?->?"
    assert "****" in done.stdout


def test_no_color_and_colours_make_no_difference(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("plot", COSINE).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert run("plot", COSINE).out == plain
    assert "\x1b" not in plain


def test_plot_writes_a_png(run: Run) -> None:
    done = run("plot", COSINE, "-o", "a.png", "--title", "mine")
    assert (done.code, done.out, done.err) == (0, "", "wrote a.png\n")
    with Image.open("a.png") as image:
        assert image.format == "PNG"
        assert image.text["Title"] == "mine"
        assert image.text["Description"] == "cosine decay: starts at 0.1, ends at 0 at step 100."
    assert listed() == ["a.png"]


def test_plot_writes_an_svg_of_the_right_curves(run: Run) -> None:
    assert run("plot", COSINE, JOINED, "--label", "a", "--label", "b", "--steps", "50", "-o", "a.SVG").code == 0
    title = ET.parse("a.SVG").getroot()[0].text
    assert title == make_chart([lrkit.parse(COSINE), lrkit.parse(JOINED)], labels=["a", "b"], steps=50).alt


def test_plot_writes_a_pdf_and_a_page(run: Run) -> None:
    assert run("plot", "-o", "a.pdf").code == 0
    assert Path("a.pdf").read_bytes()[:5] == b"%PDF-"
    assert run("plot", COSINE, "--log", "--theme", "dark", "-o", "a.html").code == 0
    text = Path("a.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text[:100]
    assert 'aria-label="cosine decay: starts at 0.1, ends at 0 at step 100."' in text
    assert "background:#1b1f24" in text
    assert '"type":"log"' in text
    assert listed() == ["a.html", "a.pdf"]


def test_the_file_written_is_the_chart_drawn(run: Run, tmp_path: Path) -> None:
    options = ["--log", "--theme", "dark", "--steps-per-epoch", "7", "--steps", "70"]
    assert run("plot", COSINE, *options, "-o", "a.svg").code == 0
    chart = make_chart([lrkit.parse(COSINE)], steps=70, x="epoch", steps_per_epoch=7, yscale="log")
    renderers.save(chart, tmp_path / "b.svg", "svg", "dark")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
