"""Every script of the gallery runs alone, draws, and stays short; and the numbers on its page are right."""

from __future__ import annotations

import ast
import contextlib
import io
import math
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
import matplotlib.pyplot as plt

from lrkit.plotting import mpl as renderer

GALLERY = Path(__file__).parents[2] / "gallery"
SCRIPTS = [path.stem for path in sorted(GALLERY.glob("plot_*.py"))]
LINES, LONGER = 40, {"plot_digits": 48, "plot_dialects": 120}  # of code: one trains networks, one has 30 configs


@dataclass(frozen=True)
class Page:
    """What a script leaves: its names, its lines of output, its figures, and the values of its expressions."""

    names: dict[str, Any]
    printed: list[str]
    figures: list[Any]
    values: list[Any]

    @property
    def interactive(self) -> list[Any]:
        """The figures of plotly's that the page shows."""
        return [value for value in self.values if type(value).__module__.startswith("plotly.")]

    @property
    def numbers(self) -> list[list[float]]:
        """The numbers of each line, where words and numbers are apart."""
        words = [line.replace(":", " ").replace(",", " ").replace("%", " ").split() for line in self.printed]
        return [[float(word) for word in line if word[0] in "-0123456789"] for line in words]


@cache
def page(stem: str) -> Page:
    """The script, run from an empty directory, as documentation runs it: a figure counts where it is shown.

    They are those that a notebook would show: lrkit's own, and those of pyplot.
    """
    for library in {"plot_digits": ["sklearn"], "plot_hover": ["plotly"]}.get(stem, []):
        pytest.importorskip(library)
    path = GALLERY / f"{stem}.py"
    tree = ast.Interactive(ast.parse(path.read_text(encoding="utf-8")).body)
    names, values, output = {"__name__": "__main__", "__file__": str(path)}, [], io.StringIO()
    before, sys.displayhook = sys.displayhook, values.append
    drawn: list[Any] = []
    present, renderer.show_at_end = renderer.show_at_end, drawn.append
    plt.close("all")
    try:
        with contextlib.redirect_stdout(output), tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            exec(compile(tree, str(path), "single"), names)
            assert not list(Path(folder).iterdir())
        figures = [*dict.fromkeys(drawn + [plt.figure(number) for number in plt.get_fignums()])]
    finally:
        sys.displayhook, renderer.show_at_end = before, present
        plt.close("all")
    return Page(names, output.getvalue().splitlines(), figures, values)


@pytest.mark.parametrize("stem", SCRIPTS)
def test_a_script_runs_draws_and_is_short(stem: str) -> None:
    shown = page(stem)
    assert shown.figures or shown.interactive
    for figure in shown.figures:
        figure.canvas.draw()
    assert all(axes.lines for figure in shown.figures for axes in figure.axes if axes.axison)
    assert all(figure.data and figure.layout.meta["alt"] for figure in shown.interactive)
    assert lines_of_code(GALLERY / f"{stem}.py") <= LONGER.get(stem, LINES)
    assert len(shown.figures) + len(shown.interactive) <= 2


def lines_of_code(path: Path) -> int:
    """Without what is text, on the page: the docstring and the comments between the blocks."""
    source = path.read_text(encoding="utf-8")
    first = ast.parse(source).body[0].end_lineno or 0
    return sum(bool(line.strip()) and not line.startswith("#") for line in source.splitlines()[first:])


def test_the_shares_of_the_four_ways() -> None:
    """By hand: (250 + 4750) / 9750 for cosine and line, (250 + 1500 log(1 + 9500/1500)) / 9750 for inverse time."""
    assert [row[0] for row in page("plot_four_ways").numbers] == [51, 51, 33, 100]


def test_the_seven_lists_are_those_of_mindspores_documentation() -> None:
    """The examples in the documentation of MindSpore's nn.dynamic_lr, to six digits."""
    documented = [
        [0.1, 0.1, 0.05, 0.05, 0.05, 0.01],
        [0.1, 0.1, 0.09, 0.09, 0.081, 0.081],
        [0.1, 0.1, 0.1, 0.1, 0.0165299, 0.0165299],
        [0.1, 0.0666667, 0.05, 0.04, 0.0333333, 0.0285714],
        [0.1, 0.1, 0.055, 0.055, 0.01, 0.01],
        [0.1, 0.1, 0.0736396, 0.0736396, 0.01, 0.01],
        [0.0, 0.0, 0.05, 0.05, 0.1, 0.1],
    ]
    assert page("plot_seven_lists").numbers[-7:] == documented


def test_the_six_step_objects() -> None:
    """By hand, from the formulas, at steps 0, 50, 100 and 200."""
    assert page("plot_step_objects").numbers == [
        [0.1, 0.055, 0.01, 0.01],
        [round(0.1 * 0.5 ** (t / 100), 6) for t in (0, 50, 100, 200)],
        [round(0.1 * math.exp(-t / 100), 6) for t in (0, 50, 100, 200)],
        [round(0.1 / (1 + t / 100), 6) for t in (0, 50, 100, 200)],
        [0.1, 0.09 / 4 + 0.01, 0.01, 0.01],
        [0, 0.05, 0.1, 0.1],
    ]


def test_the_stairs() -> None:
    """By hand, from the formulas: 0.1 / 2**p, 0.1 / (1 + 0.5 p), 0.1 exp(-0.5 * 100)."""
    smooth, stairs, *kinds = page("plot_stairs").printed
    assert smooth.split() == ["smooth", *[f"{0.1 * 0.5 ** (step / 100):.6f}" for step in (0, 99, 100, 199, 200)]]
    assert stairs.split() == ["stairs", "0.100000", "0.100000", "0.050000", "0.050000", "0.025000"]
    assert [line.partition("step 100: ")[2] for line in kinds] == ["0.05", "0.06667", f"{0.1 * math.exp(-50):.4g}"]


def test_a_polynomial_that_starts_over() -> None:
    """By hand: 0.09 (1 - t / D) + 0.01 with D = 200, then 300."""
    expected = [0.01, 0.09 * (1 - 101 / 200) + 0.01, 0.01, 0.09 * (1 - 201 / 300) + 0.01]
    assert [line.split()[-1] for line in page("plot_start_over").printed] == [f"{rate:.6f}" for rate in expected]


def test_the_warm_ups() -> None:
    """By hand, from each formula, in Python's numbers."""
    printed = page("plot_warm_up").printed
    rows = {line[:12].strip(): line[12:].split() for line in printed[1:7]}
    exponential = [f"{1 - math.exp(-(step + 1) / 100):.4f}" for step in (0, 50)]
    assert rows == {
        "linear": ["0.0000", "0.5000", "100"],
        "cosine": ["0.0000", "0.5000", "100"],
        "power 2": ["0.0000", "0.2500", "100"],
        "exponential": [*exponential, "never"],
        "logarithmic": ["0.0000", f"{math.log(51) / math.log(100):.4f}", "99"],
        "untuned": ["0.0100", "0.5100", "99"],
    }


def test_the_joints() -> None:
    """By hand, from each formula, in Python's numbers."""
    cosine = [0.5 + 0.5 * math.cos(math.pi * step / 400) for step in range(400)] + [0.0] * 200
    line = [min(step / 100, 1) for step in range(600)]
    joints = [
        line[:100] + cosine[:500],
        line[:100] + cosine[100:],
        [min(pair) for pair in zip(cosine, line, strict=True)],
        [a * b for a, b in zip(cosine, line, strict=True)],
    ]
    expected = [[f"{max(j):.4f}", str(j.index(max(j))), str(sum(rate > 0 for rate in j))] for j in joints]
    assert [row.split()[-3:] for row in page("plot_joint").printed[1:]] == expected


def test_the_budgets_are_equal() -> None:
    """By hand: the warm-up is 249.5, a line or cosine of D steps (D + 1) / 2, the inverse root summed one by one."""
    root = 249.5 + math.fsum(math.sqrt(500 / step) for step in range(500, 10_000))
    sums = [249.5 + 4750.5, 249.5 + 4750.5, 249.5 + 7500 + 1000.5, root]
    half = [math.cos(math.pi * k / 9500) for k in range(2000)]
    quarter = [
        249.5 + sum(0.5 * (1 + c) for c in half),
        249.5 + sum(1 - k / 9500 for k in range(2000)),
        249.5 + 2000,
        249.5 + math.fsum(math.sqrt(500 / step) for step in range(500, 2500)),
    ]
    expected = [[round(500 / s, 6), 500, round(100 * q / s, 1)] for s, q in zip(sums, quarter, strict=True)]
    assert page("plot_equal_budget").numbers == expected


def test_where_restarts_begin() -> None:
    """By hand: powers of the factors; a line of 100 steps, then of 150."""
    *rows, last = page("plot_restarts").printed
    assert [row.partition(": ")[2] for row in rows] == [
        ", ".join(f"1 at {100 * k}" for k in range(7)),
        "1 at 0, 1 at 100, 1 at 300",
        "1 at 0, 0.5 at 100, 0.25 at 300",
    ]
    line = [1 - 0.9 * k / 100 for k in range(100)]
    saw = [1, line[99], 0.7, 0.7 * (1 - 0.9 * 149 / 150), 0.49]
    steps = (0, 99, 100, 249, 250)
    assert last == ", ".join(f"{rate:.3g} at {step}" for rate, step in zip(saw, steps, strict=True))


def test_how_high_cycles_are() -> None:
    """By hand: powers of the factors."""
    assert [line.partition(": ")[2] for line in page("plot_cycles").printed] == [
        "1.0000, 1.0000, 1.0000, 1.0000",
        ", ".join(f"{0.1 + 0.9 / 2**k:.4f}" for k in range(4)),
        ", ".join(f"{0.1 + 0.9 * 0.998**step:.4f}" for step in (50, 200, 350, 500)),
    ]


def test_the_ends_of_one_cycle() -> None:
    """By hand: a half cosine's last step but one is (1 + cos(pi (D - 1) / D)) / 2 of the fall above its end."""
    assert page("plot_one_cycle").printed == [
        "step   0: rate 0.004, momentum 0.95",
        "step 299: rate 0.1, momentum 0.85",
        "step 999: rate 4e-07, momentum 0.95",
    ]
    cases = [(4e-7, 700), (1e-5, 700), (1e-6, 750)]
    almost = [end + (0.1 - end) * (0.5 + 0.5 * math.cos(math.pi * (n - 1) / n)) for end, n in cases]
    expected = [(4e-7, 4e-7), *zip(almost, [end for end, _ in cases], strict=True)]
    assert [line.partition("update ")[2].split(", a step later ") for line in page("plot_one_cycle_ends").printed] == [
        [f"{last:.3g}", f"{after:.3g}"] for last, after in expected
    ]


def test_the_groups_and_the_pull_on_their_weights() -> None:
    """By hand: products of a cosine and a line, step by step."""
    head = [
        0.1 * step / 100 if step < 100 else 0.05 * (1 + math.cos(math.pi * (step - 100) / 900)) for step in range(1001)
    ]
    pull = [rate * 0.05 * step / 1000 for step, rate in enumerate(head)]
    assert page("plot_groups").printed == [
        f"head: strongest pull {max(pull):.3g} at step {pull.index(max(pull))}",
        f"body: strongest pull {0.04 * 0.01:.3g} at step 300",
    ]


def test_what_lint_says_of_epochs_as_steps() -> None:
    """By hand: 50 000 samples are 391 batches of 128, and a cosine to 0 over T steps sums to (T + 1) / 2 peaks."""
    printed = page("plot_lint").printed
    assert "90 epochs of 391 updates" in " ".join(" ".join(printed).split())
    assert printed[-2:] == [f"sum of rates: plan {0.05 * 91:.1f}, fix {0.05 * (90 * 391 + 1):.0f}", "nothing found"]


def test_what_counting_in_epochs_adds() -> None:
    """By hand: half cosines add up to (n + 1) / 2, over n = 5 epochs or 5 * 391 steps."""
    first, *rows, sums = page("plot_epochs").printed
    assert first == "391 steps to an epoch"
    assert sums.endswith(f"list {0.1 * 391 * (5 + 1) / 2:.3f}, object {0.1 * (5 * 391 + 1) / 2:.3f}")
    ends = [(0.05 * (1 + math.cos(math.pi * k / 5)), 391 * (k + 1) - 1) for k in range(5)]
    assert [row.partition(": ")[2] for row in rows] == [
        f"list {held:.5f}, object {0.05 * (1 + math.cos(math.pi * step / 1955)):.5f}" for held, step in ends
    ]


def test_nothing_of_a_million_steps_is_lost() -> None:
    """By hand: the warm-up's fifths, and six times the cosine at the odd step; the grid's neighbours of it, joined."""
    printed = page("plot_million_steps").printed

    def cosine(step: int) -> float:
        return 5e-4 * (1 + math.cos(math.pi * (step - 5) / 999_995))

    low = 654_321 // 4000 * 4000
    part = (654_321 - low) / 4000
    grid = [0, cosine(4000) / 4000, cosine(4000) * 5 / 4000, cosine(4000) * 500 / 4000]
    grid += [cosine(low) * (1 - part) + cosine(low + 4000) * part]
    rates = [0, 2e-4, 1e-3, cosine(500), 6 * cosine(654_321)]
    assert [line.partition(": ")[2] for line in printed[:5]] == [
        f"{rate:.6f}, on the grid {missed:.6f}" for rate, missed in zip(rates, grid, strict=True)
    ]


def test_the_ends_of_long_cosines() -> None:
    """By hand: half a cosine from 1 to 0.1, at the part of it that the run has."""
    ends = [0.1 + 0.45 * (1 + math.cos(math.pi / factor)) for factor in (1, 1.1, 1.25, 1.5, 2, 5)]
    assert [row[1] for row in page("plot_long_cosine").numbers] == [round(end, 3) for end in ends]


def test_the_batch_that_grows_is_that_of_the_log() -> None:
    """The samples that were logged, the rates to half of their last digit, and a count one update after another."""
    printed = page("plot_growing_batch").printed
    assert [line.split(": ")[1].split(" samples")[0] for line in printed[2:8]] == ["0"] * 6
    assert all(abs(float(line.split(", ")[1])) <= 5e-9 for line in printed[2:8])
    seen = updates = 0
    while seen <= 220_000_000:
        step = 192 + int(seen / (9_765_625 / 116)) * 16
        seen, updates = seen + (2048 if seen > 9_765_625 else step), updates + 1
    assert printed[8].startswith(f"{updates - 1 - 220_000_000 // 2048:,} updates more")


def test_what_known_runs_end_with() -> None:
    """As their sources say: a tenth, the root of 4000 / 100 000, 50 of a cycle's 160 epochs, three drops by ten."""
    ends = {line.split(":")[0].strip(): float(line.split()[1]) for line in page("plot_recipes").printed[-6:]}
    assert list(ends) == ["gpt3", "minicpm", "deepseek_llm_7b", "transformer", "sgdr", "resnet50_step"]
    assert ends["gpt3"] == ends["deepseek_llm_7b"] == 0.1
    assert (ends["transformer"], ends["resnet50_step"]) == (0.2, 0.001)
    assert ends["sgdr"] == round(0.5 * (1 + math.cos(math.pi * 50 / 160)), 4)


def test_the_ways_down_the_valley() -> None:
    """The heavy ball in plain numbers, each of a hundred runs by itself; and the order that the page shows."""
    errors = np.random.default_rng(0).normal(0, 3, (400, 2, 100))
    ends = []
    for run in range(100):
        (x, y), m = (-1.5, 1.6), np.zeros(2)
        for t, error in enumerate(errors[:, :, run]):
            g = np.array([-2 * (1 - x) - 40 * x * (y - x**2), 20 * (y - x**2)]) + error
            m = 0.8 * m + g
            x, y = np.array([x, y]) - 0.006 * (0.5 + 0.5 * math.cos(math.pi * t / 400)) * m
        ends.append((1 - x) ** 2 + 10 * (y - x**2) ** 2)
    constant, wsd, cosine = page("plot_surface").numbers
    assert cosine == [round(float(np.mean(ends)), 3), round(float(max(ends)), 3)]
    assert cosine[0] < wsd[0] < constant[0]


def test_the_page_for_the_mouse_shows_two_figures_without_upload() -> None:
    """By hand: the cosine is lowest beside WSD's peak at its last step, 7500 of 9500 steps after the warm-up."""
    shown = page("plot_hover")
    # The third draws nothing: without it plotly leaves the axis of epochs out.
    assert [[trace.name for trace in figure.data] for figure in shown.interactive] == [["cosine", "WSD", "second axis"]]
    assert all("sendChartToCloud" in figure.layout.template.layout.modebar.remove for figure in shown.interactive)
    gap = 3e-4 * (1 - 0.5 * (1 + math.cos(math.pi * 7500 / 9500)))
    assert shown.printed == [f"least difference 0; widest apart at step 8,000: {gap:.6f}"]


def test_what_the_page_on_digits_says() -> None:
    """The digits are learnt, and the constant rate ends far above the others; its first update, by hand.

    All weights are 0: each digit has the probability 1/10, the loss is log 10.
    """
    shown = page("plot_digits")
    rows = {line.split(":")[0].strip(): line.partition(":")[2] for line in shown.printed}
    last = {name: float(row.split()[2].rstrip(",")) for name, row in rows.items()}
    correct = {name: float(row.split()[-2]) for name, row in rows.items()}
    assert list(rows) == list(shown.names["schedules"])
    assert last["constant"] > 1.25 * max(loss for name, loss in last.items() if name != "constant")
    assert correct["constant"] < min(right for name, right in correct.items() if name != "constant")
    assert min(correct.values()) > 85
    firsts = [losses[0] for run in shown.names["runs"].values() for losses, _ in run]
    assert firsts == pytest.approx([math.log(10)] * 10)


def test_a_run_made_longer() -> None:
    """By hand, from the formula of a cosine: 55 of 95 steps before, 55 of 145 after."""

    def rate(part: float) -> float:
        return 1e-4 + 0.45e-3 * (1 + math.cos(math.pi * part))

    old, rescaled = rate(55 / 95), rate(55 / 145)
    rows = {line.partition(":")[0].strip(): line.partition(": ")[2] for line in page("plot_longer").printed}
    stays = f"{old:.3g} → {old:.3g}, × 1"
    assert rows == {
        "rescale": f"{old:.3g} → {rescaled:.3g}, × {rescaled / old:.3g}",
        "restart": f"{old:.3g} → 0, × 0",
        "rewarm": f"{old:.3g} → 0, × 0",
        "hold": stays, "cooldown": stays, "to_zero": stays,
    }  # fmt: skip


def test_updates_of_a_growing_batch() -> None:
    """Megatron's rule, update by update: 99 times 16 sequences more, each after a 99th of 5 859 375 sequences."""
    seen, reached = 0, {}
    for step in range(200_000):
        for name, sequences in (("375M", 375e6 / 2048), ("full", 12e9 / 2048), ("all", 300e9 / 2048)):
            if seen >= sequences:
                reached.setdefault(name, (step, seen * 2048))
        if "all" in reached:
            break
        seen += min(1600, 16 + 16 * (seen * 99 // 5_859_375))
    total = reached["all"][0]
    assert page("plot_tokens").printed == [
        f"{total:,} updates; with full batches from the start {300e9 / (2048 * 1600):,.0f}",
        *(
            f"{name}: update {step:,}, {100 * step / total:.1f} % of the updates, {tokens:,} tokens"
            for name, (step, tokens) in {
                "warm-up ends": (2000, 65_536_000), "375M tokens": reached["375M"], "full batch": reached["full"]
            }.items()
        ),
    ]  # fmt: skip


def test_a_fan_of_layers() -> None:
    """Powers of .75 by hand: 1, .75, .75 ** 7 and .75 ** 13."""
    assert page("plot_layers").printed == [
        "      head: peak 0.001, 1.0000 of the head's",
        "  layer 12: peak 0.00075, 0.7500 of the head's",
        "   layer 6: peak 0.000133, 0.1335 of the head's",
        "embeddings: peak 2.38e-05, 0.0238 of the head's",
    ]
