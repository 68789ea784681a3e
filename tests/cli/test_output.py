"""What the command gives: pictures on standard output, reports, tables that stream, help that is text, completions."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete
from command import COSINE, JOINED, Run, listed
from helpers import own_kinds
from processes import run as run_program
from processes import shell, started

mpl.use("Agg")

from PIL import Image

import lrkit
from lrkit.chart import make_chart
from lrkit.cli import cli
from lrkit.cli._docstring import as_text, readable
from lrkit.plotting.text import sketch
from lrkit.plotting.ticks import linear_ticks, log_ticks
from lrkit.schedules._registry import FUNCTIONS

WAVE = "JoinLR([WarmUpLR(0.1, 5), cosine_wave(0, 0.1, 95)], [5])"

# Pictures -------------------------------------------------------------------------------------------------------


def test_a_picture_on_standard_output(tmp_path: Path) -> None:
    done = shell(
        f"lrkit plot '{COSINE}' -o - --format png > a.png; lrkit plot '{COSINE}' --format svg > a.svg; "
        f"lrkit plot '{COSINE}' -o - --format pdf > a.pdf; lrkit plot '{COSINE}' -o - --format html > a.html",
        tmp_path,
    )
    assert (done.stdout, done.stderr) == ("", "")
    with Image.open(tmp_path / "a.png") as image:
        assert image.text["Description"] == "cosine decay: starts at 0.1, ends at 0 at step 100."
    assert ET.parse(tmp_path / "a.svg").getroot()[0].text == make_chart([lrkit.parse(COSINE)]).alt
    assert (tmp_path / "a.pdf").read_bytes()[:5] == b"%PDF-"
    assert '<html lang="en">' in (tmp_path / "a.html").read_text()[:100]
    shell(f"lrkit plot '{COSINE}' -o b.svg", tmp_path)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert listed(tmp_path) == ["a.html", "a.pdf", "a.png", "a.svg", "b.svg"]


def test_the_form_is_what_is_said_or_the_end_of_the_name_or_text(run: Run) -> None:
    text = run("plot", COSINE).out
    assert run("plot", COSINE, "-o", "-").out == text
    assert run("plot", COSINE, "--format", "text").out == text
    assert run("plot", COSINE, "-o", "a.txt") == (0, "", "wrote a.txt\n")
    assert Path("a.txt").read_text(encoding="utf-8") == text
    assert run("plot", COSINE, "-o", "picture", "--format", "png").code == 0
    with Image.open("picture") as image:
        assert image.format == "PNG"
    assert run("plot", COSINE, "-o", "a.png", "--format", "svg").code == 0
    assert b"<svg" in Path("a.png").read_bytes()
    assert "'picture' must end in" in run("plot", COSINE, "-o", "picture").err
    assert "is not one of 'png'" in run("plot", COSINE, "--format", "gif").err


def test_a_terminal_is_not_sent_bytes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    done = run("plot", COSINE, "--format", "png")
    assert (done.code, done.out) == (2, "")
    assert "a terminal cannot show a png: write it to a file" in done.err


def test_diff_has_the_options_of_a_picture(run: Run) -> None:
    options = ["--steps", "120", "--label", "ours", "--label", "theirs"]
    picture = ["--log", "--title", "Two", "--theme", "dark"]
    done = run("diff", JOINED, WAVE, *options, *picture, "-o", "d.html")
    assert (done.code, done.err) == (1, "wrote d.html\n")
    lines = done.out.splitlines()
    assert lines[0].startswith("ours: JoinLR(")
    assert lines[1].startswith("theirs: JoinLR(")
    assert lines[3].split() == ["ours", "theirs"]
    assert lines[-1].startswith("largest gap: theirs - ours = ")
    text = Path("d.html").read_text(encoding="utf-8")
    assert all(part in text for part in ('"type":"log"', '"text":"Two"', '"name":"ours"', '"name":"theirs"', "#1b1f24"))
    for name in ("d.png", "d.svg", "d.pdf", "d.txt"):
        assert run("diff", JOINED, WAVE, *options, *picture, "-o", name).code == 1
    svg = Path("d.svg").read_text(encoding="utf-8")
    assert "#1b1f24" in svg
    assert "theirs − ours" in Path("d.txt").read_text(encoding="utf-8")
    sides = lrkit.diff(lrkit.parse(JOINED), lrkit.parse(WAVE), 120, labels=["ours", "theirs"])
    assert (sides.a.name, sides.b.name) == ("ours", "theirs")
    assert done.out == f"{sides}\n"


def test_a_diff_drawn_on_standard_output_reports_beside_it(run: Run) -> None:
    done = run("diff", JOINED, WAVE, "--steps", "120", "--format", "svg")
    assert done.code == 1
    assert done.err == str(lrkit.diff(lrkit.parse(JOINED), lrkit.parse(WAVE), 120)) + "\n"
    ET.fromstring(done.out)
    for option in (["--log"], ["--title", "x"], ["--theme", "dark"]):
        assert "are for a picture: give -o or --format" in run("diff", JOINED, WAVE, *option).err


@pytest.mark.parametrize("labels", [["a"], ["a", "b", "c"], "ab"])
def test_labels_of_a_difference_are_two(labels: Any) -> None:
    schedule = lrkit.parse(COSINE)
    with pytest.raises(ValueError, match="diff: labels must be one label for each curve, 2 in all"):
        lrkit.diff(schedule, schedule, labels=labels)


# The terminal's axes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 99, [0, 20, 40, 60, 80]),
        (0, 3909, [0, 1000, 2000, 3000]),
        (0, 0.0873, [0, 0.02, 0.04, 0.06, 0.08]),
        (0.0123, 0.0377, [0.015, 0.02, 0.025, 0.03, 0.035]),
        (-1, 1, [-1, -0.5, 0, 0.5, 1]),
        (-1.7e308, 1.7e308, [-1e308, 0, 1e308]),
        (5e-324, 1e-320, None),
        (0.1, 0.1, [0.1]),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float] | None) -> None:
    """As one would write them; matplotlib's `MaxNLocator` takes the same steps, 1, 2, 2.5 and 5."""
    found = linear_ticks(low, high, 5)
    assert len(found) <= 5
    assert all(low <= tick <= high for tick in found)
    assert ticks is None or found == ticks


@pytest.mark.parametrize("most", [2, 4, 7])
def test_ticks_are_whole_where_steps_are_counted(most: int) -> None:
    for last in (*range(1, 60), 10**6, 2**53 - 1):
        found = linear_ticks(0, last, most, whole=True)
        assert 1 <= len(found) <= most
        assert all(tick.is_integer() for tick in found)
        assert len(set(found)) == len(found)


def test_ticks_of_a_logarithmic_axis_are_powers_of_ten() -> None:
    assert log_ticks(1e-7, 1, 5) == [1e-6, 1e-4, 1e-2, 1]
    assert log_ticks(1e-3, 1e-1, 5) == [1e-3, 1e-2, 1e-1]
    assert log_ticks(0.02, 0.09, 4) == [0.02, 0.05]


def test_a_sketch_has_round_numbers_beside_the_lines_that_show_them() -> None:
    chart = make_chart([lrkit.CosineDecayLR(0, 0.0873, 391)], steps=391)
    lines = sketch(chart, 80).splitlines()
    at = {line[:10].strip(): k for k, line in enumerate(lines) if line[:10].strip()}
    assert {"cosine dec", "0", "0.02", "0.04", "0.06", "0.08", "step"} == at.keys()
    for text in ("0.02", "0.04", "0.06", "0.08"):  # the line is one in ten of the height
        assert abs((10 - at[text] + 0.5) / 10 - float(text) / 0.0873) < 0.1
    assert lines[-1].split() == ["step", "0", "50", "100", "150", "200", "250", "300", "350"]
    columns = [found.end() - 1 for found in re.finditer(r"\d+", lines[-1])]
    assert len({b - a for a, b in zip(columns[2:], columns[3:], strict=False)}) <= 2


# What has no end ------------------------------------------------------------------------------------------------

ENDLESS = ["cosine_wave(0, 0.1, 50)", "cyclic(0, 0.1, 50)", "WarmUpLR(0.1, 5).repeat(9)",
           "2 * cosine_wave(0, 0.1, 50) + 1",
           "PolynomialDecayLR(0.1, 0, 50, 1, update_decay_steps=True)", "cosine_wave(0, 0.1, 50).warmup(10)",
           "cosine_restarts(0, 0.1, 50)"]  # fmt: skip
ENDING = [COSINE, JOINED, "cosine_wave(0, 0.1, 50).hold(100)", "cosine_wave(0, 0.1, 50).then(ConstantLR(1), 100)",
          "WarmUpLR(0.1, 5).repeat(9, cycles=3)", "PolynomialDecayLR(0.1, 0, 50, 1)", "TableLR([1, 2, 1, 2])",
          "step_decay(0.1, 0.5, 50)", "cosine_wave(0, 0.1, 50).repeat(100, cycles=2).hold(200)"]  # fmt: skip


@pytest.mark.parametrize("text", ENDLESS + ENDING)
def test_a_curve_that_repeats_says_that_it_has_no_end(run: Run, text: str) -> None:
    drawn = run("plot", text).out.splitlines()
    endless = text in ENDLESS
    assert (drawn[-1] == "repeats without end") is endless
    table = run("table", text)
    total = lrkit.parse(text).horizon + 1
    told = f"{text} repeats without end: its first {total} steps; --steps N prints N\n"
    assert table.err == (told if endless else "")
    assert run("table", text, "--steps", "5").err == ""
    far = [lrkit.parse(text)(step) for step in range(10**6, 10**6 + 500)]  # the fact itself
    assert (len({round(rate, 12) for rate in far}) > 1) is endless


def test_of_several_curves_those_are_named_that_have_no_end(run: Run) -> None:
    drawn = run("plot", COSINE, "cyclic(0, 0.1, 50)", "--label", "a", "--label", "b").out.splitlines()
    assert drawn[-1] == "b: repeats without end"


# Tables ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "first"), [("csv", b"step,learning_rate\n0,0.1\n1,0."), ("json", b'{"schedule": {"lrkit"')]
)
def test_a_table_of_a_hundred_million_rows_begins_at_once(form: str, first: bytes) -> None:
    """The first rows arrive while nothing like all of them is computed, in little memory; then the reader goes away."""
    command = [sys.executable, "-m", "lrkit", "table", "CosineDecayLR(0, 0.1, 100000000)", "--format", form]
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(len(first)) == first
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        process.stdout.close()
        assert process.wait(timeout=300) == 1
        assert process.stderr.read() == b""
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - used < 60  # of the minutes of processor time that all rows take


# Help -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\eta_{\min} + \tfrac12 (\eta_{\max} - \eta_{\min}) \left(1 + \cos \frac{\pi \min(t, T)}{T}\right)",
         "η_min + ½ (η_max - η_min) (1 + cos(π min(t, T) / T))"),
        (r"\frac{a + b}{c d}", "(a + b) / (c d)"),
        (r"\frac{a}{b} c", "(a / b) c"),
        (r"\frac{a}{b} + c", "a / b + c"),
        (r"\sqrt{1 - p}^2", "√(1 - p)^2"),
        (r"\sqrt p", "√p"),
        (r"e^{-r x}", "e^(-r x)"),
        (r"\gamma^{\lfloor t / T \rfloor}", "γ^(⌊t / T⌋)"),
        (r"M_{k-1} \le t < M_k", "M_(k-1) ≤ t < M_k"),
        (r"\tanh L / 2", "tanh(L / 2)"),
        (r"k = \#\{j : M_j \le t\}", "k = #{j : M_j ≤ t}"),
        (r"x \quad\text{or, in stairs,}\quad y", "x   or, in stairs,   y"),
        (r"s\!\left(\frac{t}{m^{c}}\right)", "s(t / m^c)"),
    ],
)  # fmt: skip
def test_a_formula_is_readable(latex: str, text: str) -> None:
    assert as_text(latex) == text


@pytest.mark.parametrize("name", [*own_kinds(), *FUNCTIONS])
def test_show_has_no_marks_of_the_documentations_builder(run: Run, name: str) -> None:
    shown = run("show", name).out
    body = shown.partition("Examples\n")[0]
    assert not re.search(r":\w+:`|\.\. \w+::|\\|``|[{}]\\|\*\w+\*(?!\*)", body)
    assert shown.count("(") == shown.count(")")


def test_show_has_the_formula(run: Run) -> None:
    assert "\n    η(t) = η_min + ½ (η_max - η_min) (1 + cos(π min(t, T) / T))\n" in run("show", "cosine_decay").out
    assert "\nγ : " not in run("show", "step_decay").out
    assert (
        readable("A ``b``, *first*: :math:`2^{-q}`, :doc:`x`, 2**53 and `c`.")
        == "A `b`, first: 2^(-q), `x`, 2**53 and `c`."
    )


@pytest.mark.parametrize(
    "command", [["list"], ["list", "--recipes"], ["show", "cosine_decay"], ["show", "recipe:sgdr"]]
)
def test_help_in_ascii_is_legible(command: list[str]) -> None:
    words = " ".join(f"'{word}'" for word in command)
    done = shell(f"lrkit {words}", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert "?" not in done.stdout
    if command[-1] == "cosine_decay":
        assert "eta(t) = eta_min + 1/2 (eta_max - eta_min) (1 + cos(pi min(t, T) / T))" in done.stdout


# Completion -----------------------------------------------------------------------------------------------------


def completed(line: list[str], begun: str) -> list[str]:
    return [item.value for item in ShellComplete(cli, {}, "lrkit", "_LRKIT_COMPLETE").get_completions(line, begun)]


def test_completion_of_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("rates.csv", "recipes.json", "run.py", "readme.md", ".hidden.csv"):
        Path(name).write_text("raise SystemExit('it was run')")
    Path("results").mkdir()
    Path("results/a.csv").write_text("1")
    assert completed(["plot"], "Cos") == ["CosineDecayLR(", "CosineKDecayLR("]
    assert completed(["plot"], "re")[: len(lrkit.recipes())] == [f"recipe:{name}" for name in lrkit.recipes()]
    assert completed(["plot"], "re")[len(lrkit.recipes()) :] == ["recipes.json", "results/"]
    assert completed(["plot"], "recipe:gp") == ["recipe:gpt3"]
    assert completed(["plot"], "ra") == ["rates.csv"]
    assert completed(["plot"], "ru") == ["run.py:"]
    assert completed(["plot"], "results/") == ["results/a.csv"]
    assert ".hidden.csv" not in completed(["plot"], "")
    assert completed(["plot"], "JoinLR([WarmUpLR(0.1, 5), Cos") == [
        "JoinLR([WarmUpLR(0.1, 5), CosineDecayLR(", "JoinLR([WarmUpLR(0.1, 5), CosineKDecayLR("]  # fmt: skip
    assert completed(["diff", COSINE], "lin") == ["linear(", "linear_warm_up("]
    assert completed(["plot"], f"{COSINE}.w") == [f"{COSINE}.warmup("]
    assert f"{COSINE}.hold(" in completed(["plot"], COSINE)
    for command in ("table", "json", "source"):
        assert completed([command], "WarmU") == ["WarmUpLR("]
    assert completed(["plot", "run.py:x"], "Warm") == ["WarmUpLR("]  # the script is not run


def test_completion_of_kinds_and_options() -> None:
    assert completed(["show"], "cosine_d") == ["cosine_decay"]
    assert completed(["show"], "CosineD") == ["CosineDecayLR"]
    assert completed(["show"], "one") == ["one_cycle"]
    assert completed(["show"], "recipe:b") == ["recipe:bert"]
    assert completed([], "pl") == ["plan", "plot"]
    assert completed(["plot", "--theme"], "") == ["light", "dark"]
    assert completed(["plot", "--format"], "p") == ["png", "pdf"]
    assert completed(["table", COSINE, "--format"], "") == ["csv", "json"]
    assert completed(["source", COSINE], "tr") == ["transformers", "trainer"]
    assert completed(["diff"], "--tol") == ["--tolerance"]


@pytest.mark.parametrize(
    ("words", "replies"),
    [
        ("plot recipe : gp", ["gpt3"]),
        ("plot recipe :", list(lrkit.recipes())),
        ("plot WarmU", ["WarmUpLR("]),
        ("plot 'recipe:gp", ["recipe:gpt3"]),
        ("--", ["--version", "--help"]),
    ],
)
def test_bash_itself_is_served(tmp_path: Path, words: str, replies: list[str]) -> None:
    """Click's script in a real bash, which hands over ``recipe:gp`` in three words."""
    (tmp_path / "lrkit").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lrkit "$@"\n')
    (tmp_path / "lrkit").chmod(0o755)
    array = " ".join(word if "'" not in word else f'"{word}"' for word in words.split())
    done = run_program(["bash", "-c",
        f'PATH="{tmp_path}:$PATH"; eval "$(_LRKIT_COMPLETE=bash_source lrkit)"; compopt() {{ :; }}; '
        f"COMP_WORDS=(lrkit {array}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
        "_lrkit_completion lrkit; printf '%s\\n' \"${COMPREPLY[@]}\""])  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.split() == replies


@pytest.mark.parametrize("shell_class", [BashComplete, ZshComplete, FishComplete])
def test_each_shell_gets_a_script(shell_class: Any) -> None:
    name = shell_class.name
    done = shell(f"_LRKIT_COMPLETE={name}_source lrkit")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_LRKIT_COMPLETE={name}_complete" in done.stdout
    words = "lrkit plot" if name == "fish" else "lrkit plot recipe:gp"
    begun = "recipe:gp" if name == "fish" else "2"
    served = shell(f"COMP_WORDS='{words}' COMP_CWORD={begun} _LRKIT_COMPLETE={name}_complete lrkit")
    assert "recipe:gpt3" in served.stdout
