"""The command ``lrkit``: what it prints, what it writes, and what it says when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from command import COSINE, JOINED, Run, listed
from processes import LIMIT, shell, started
from processes import run as run_program

mpl.use("Agg")

from PIL import Image

import lrkit
from lrkit import cli
from lrkit._files import replacing
from lrkit._params import fields_of
from lrkit.chart import make_chart
from lrkit.cli.table import BLOCK, FIRST
from lrkit.plotting import mpl as renderer
from lrkit.plotting import plotly as page
from lrkit.plotting import renderers
from lrkit.plotting.text import sketch
from lrkit.schedules._registry import FUNCTIONS, KINDS

# plot -----------------------------------------------------------------------------------------------------------


def test_plot_without_arguments_sketches_four_named_curves(run: Run) -> None:
    done = run("plot")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "Warm up, then: four ways to go on"
    assert [line for line in lines if line in cli.DEFAULT_LABELS] == list(cli.DEFAULT_LABELS)
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
    assert lines[-1] == "rates of 0 are drawn at the lower edge"
    assert lines[-2].split() == ["epoch", "0", "2", "4", "6", "8", "10"]
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


# list, show, json -----------------------------------------------------------------------------------------------


def test_list_names_every_kind_with_its_parameters(run: Run) -> None:
    done = run("list")
    assert (done.code, done.err) == (0, "")
    for kind, cls in KINDS.items():
        entry = done.out.partition(f"{cls.__name__}  [{kind}]\n")[2]
        lines = entry.splitlines()
        assert lines[0].strip() == (cls.__doc__ or "").strip().splitlines()[0].replace("``", "`")
        for line, field in zip(lines[1:], fields_of(cls).values(), strict=False):
            assert line.split()[0] == field.name
            assert field.domain in line


def test_list_as_json_is_the_registry(run: Run) -> None:
    listed = json.loads(run("list", "--json").out)
    entries = {entry["kind"]: entry for entry in listed if "kind" in entry}
    assert entries.keys() == set(KINDS)
    functions = {entry["function"]: entry for entry in listed if "function" in entry}
    assert functions.keys() == FUNCTIONS.keys()
    for name, entry in functions.items():
        assert entry["summary"]
        assert [p["name"] for p in entry["parameters"]] == list(fields_of(FUNCTIONS[name]))
    for kind, cls in KINDS.items():
        fields = fields_of(cls)
        entry = entries[kind]
        assert entry["class"] == cls.__name__
        assert entry["summary"]
        assert [p["name"] for p in entry["parameters"]] == list(fields)
        for parameter in entry["parameters"]:
            field = fields[parameter["name"]]
            assert parameter["domain"] == field.domain
            assert (parameter["unit"], parameter["symbol"]) == (field.param.unit, field.param.symbol)
            assert ("default" in parameter) is not field.required
            assert parameter.get("default") == field.default


@pytest.mark.parametrize("kind", KINDS)
def test_show_describes_a_kind_by_kind_and_by_class(run: Run, kind: str) -> None:
    cls = KINDS[kind]
    by_kind, by_class = run("show", kind), run("show", cls.__name__)
    assert by_kind == by_class
    assert by_kind.code == 0
    first, *rest = by_kind.out.splitlines()
    assert first == f"{cls.__name__}({', '.join(fields_of(cls))})"
    text = "\n".join(rest)
    assert all(re.search(rf"^(\w+, )?{name}(, \w+)? : ", text, re.MULTILINE) for name in fields_of(cls))
    assert "Parameters\n----------" in text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_show_and_list_describe_an_expression(run: Run, name: str) -> None:
    shown = run("show", name)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"{name}({', '.join(fields_of(FUNCTIONS[name]))})")
    assert f"\n{name}\n" in run("list").out


def test_a_known_expression_is_drawn_and_stored_as_what_it_is_made_of(run: Run) -> None:
    text = "warmup_stable_decay(0.1, 5, 50, 20, shape='1-sqrt')"
    assert "0.1" in run("plot", text).out
    assert run("json", text).out == lrkit.parse(text).to_json() + "\n"


# Python code, diff, source ------------------------------------------------------------------------------------------

SCRIPT = """
import lrkit
cosine = lrkit.CosineDecayLR(0, 0.1, 90)
def tenth(step):
    return 0.1 + 0.0 * step
class Group:
    param_groups = [{"lr": 0.5}]
scheduler = lrkit.StepLR(Group(), step_size=3, gamma=0.5)
class Two:
    param_groups = [{"lr": 0.5}, {"lr": 0.1}]
two = lrkit.StepLR(Two(), step_size=3, gamma=0.5)
number = 3
print("hello")
"""


def test_a_name_in_a_script_or_a_module_stands_for_what_it_names(run: Run) -> None:
    Path("train.py").write_text(SCRIPT)
    assert run("json", "train.py:cosine").out == lrkit.CosineDecayLR(0, 0.1, 90).to_json() + "\n"
    assert run("json", "train:cosine").out == run("json", "./train.py:cosine").out
    assert run("table", "train.py:scheduler", "--steps", "4").out.splitlines()[1:] == [
        "0,0.5",
        "1,0.5",
        "2,0.5",
        "3,0.25",
    ]
    assert run("table", "train.py:tenth", "--steps", "2").out.splitlines()[1:] == ["0,0.1", "1,0.1"]
    assert run("table", "train.py:two[1]", "--steps", "1").out.splitlines()[1:] == ["0,0.1"]
    drawn = run("plot", "train.py:cosine", "train.py:two")
    assert drawn.code == 0
    assert {"train.py:cosine", "train.py:two, group 0", "train.py:two, group 1"} <= set(drawn.out.splitlines())


def test_a_script_finds_what_lies_beside_it_and_prints_elsewhere(run: Run) -> None:
    folder = Path("my project")
    folder.mkdir()
    (folder / "beside.py").write_text("import lrkit\nrate = lrkit.ConstantLR(0.1)\n")
    (folder / "run.py").write_text("import sys\nfrom beside import rate\nprint('hello', sys.argv[1:])\n")
    before = list(sys.path)
    done = run("json", "my project/run.py:rate")
    assert (done.code, done.out) == (0, lrkit.ConstantLR(0.1).to_json() + "\n")
    assert done.err == "hello []\n"
    assert sys.path == before
    sys.modules.pop("beside")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("train.py:nothing", "train.py has no 'nothing'"),
        ("train.py:number", "train.py:number: cannot read 3"),
        ("train.py:tenth", "steps"),
        ("train.py", "write train.py:NAME"),
        ("train.py:two", "train.py:two has 2 different schedules (group 0, group 1): write train.py:two[0]"),
        ("train.py:two[2]", "train.py:two[2]: there is no group 2"),
        ("failing.py:x", "failing.py: line 2: ZeroDivisionError"),
        ("leaving.py:x", "leaving.py ended before it was done, with exit code 3"),
        ("empty.json", "the file is empty"),
        ("absent.json", "No such file"),
        ("broken.py:x", "broken.py: SyntaxError"),
        ("absent.py:x", "there is no file absent.py"),
        ("absent.module:x", "absent.module: ModuleNotFoundError"),
    ],
)
def test_what_a_script_lacks_is_named(run: Run, expression: str, message: str) -> None:
    Path("train.py").write_text(SCRIPT)
    Path("broken.py").write_text("x = (")
    Path("failing.py").write_text("x = 1\ny = x / 0")
    Path("leaving.py").write_text("raise SystemExit(3)")
    Path("empty.json").write_text("")
    done = run("table", expression)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_diff_says_where_two_part_and_how_by_its_exit_code(run: Run) -> None:
    wave = "JoinLR([WarmUpLR(0.1, 5), cosine_wave(0, 0.1, 95)], [5])"
    same, parted = run("diff", JOINED, JOINED), run("diff", JOINED, wave, "--steps", "120")
    assert (same.code, parted.code) == (0, 1)
    assert "equal at all 100 steps" in same.out
    assert parted.out == str(lrkit.diff(lrkit.parse(JOINED), lrkit.parse(wave), 120)) + "\n"
    stored = json.loads(run("diff", JOINED, wave, "--steps", "120", "--json").out)
    assert stored["first_step"] == 101
    for name in ("d.png", "d.svg", "d.html"):
        done = run("diff", JOINED, wave, "--steps", "120", "-o", name)
        assert (done.code, done.err) == (1, f"wrote {name}\n")
        assert Path(name).stat().st_size > 5_000
    assert run("diff", JOINED, wave, "-o", "d.gif").code == 2
    assert run("diff", JOINED, wave, "--tolerance", "-1").code == 2


def test_source_prints_the_code(run: Run) -> None:
    for framework in ("torch", "transformers", "optax", "keras", "mindspore", "lrkit"):
        done = run("source", JOINED, framework)
        assert done == (0, lrkit.as_source(lrkit.parse(JOINED), framework) + "\n", "")
    assert run("source", JOINED, "caffe").code == 2


def test_source_for_a_run_of_so_many_steps(run: Run) -> None:
    done = run("source", "CosineDecayLR(0.001, 0.1, 1000)", "torch", "--steps", "1000")
    assert done == (0, lrkit.as_source(lrkit.CosineDecayLR(0.001, 0.1, 1000), "torch", 1000) + "\n", "")
    assert "SequentialLR" not in done.out


def test_json_prints_what_every_expression_may_be(run: Run) -> None:
    done = run("json", JOINED)
    assert done == (0, lrkit.parse(JOINED).to_json() + "\n", "")
    Path("a.json").write_text(done.out)
    assert run("json", "a.json").out == done.out
    assert run("json", "-", stdin=done.out).out == done.out
    assert run("json", "-", stdin=JOINED).out == done.out
    assert run("json", JOINED, "--indent", "2").out == lrkit.parse(JOINED).to_json(2) + "\n"
    Path("a.json").rename("schedule")
    assert run("json", "schedule").out == done.out


def test_an_expression_may_come_from_a_pipe_of_the_shell(tmp_path: Path) -> None:
    done = shell(f"lrkit json '{COSINE}' > a.json; lrkit json <(cat a.json); lrkit json - < a.json", folder=tmp_path)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [lrkit.parse(COSINE).to_json()] * 2


def test_help_and_version(run: Run) -> None:
    assert run("--version") == (0, f"lrkit {lrkit.__version__}\n", "")
    helped = run("--help")
    assert (helped.code, helped.err) == (0, "")
    assert all(f"\n  {name} " in helped.out for name in ("plot", "list", "show", "table", "json"))
    assert run() == helped
    assert run("plot", "-h").out.startswith("Usage: lrkit plot [OPTIONS] [EXPR]...")


# table ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expression", [JOINED, "ExponentialDecayLR(0.1, 0.9, 3)", "ScaleLR(TableLR([1e-320, 3]), -1)"])
def test_a_table_holds_every_rate_exactly(run: Run, expression: str) -> None:
    schedule = lrkit.parse(expression)
    rates = [schedule(step).hex() for step in range(150)]
    rows = list(csv.reader(io.StringIO(run("table", expression, "--steps", "150").out)))
    assert rows[0] == ["step", "learning_rate"]
    assert [int(step) for step, _ in rows[1:]] == list(range(150))
    assert [float(rate).hex() for _, rate in rows[1:]] == rates
    read = json.loads(run("table", expression, "--steps", "150", "--format", "json").out)
    assert [rate.hex() for rate in read["learning_rate"]] == rates
    assert lrkit.from_json(json.dumps(read["schedule"])) == schedule


def test_a_table_is_as_long_as_the_schedule_is_interesting(run: Run) -> None:
    rows = run("table", COSINE).out.splitlines()
    assert rows[-1] == f"{lrkit.parse(COSINE).horizon},0.0"


def test_a_table_of_several_blocks(run: Run) -> None:
    total = FIRST + 2 * BLOCK + 3
    rows = run("table", "WarmUpLR(0.1, 200000)", "--steps", str(total)).out.splitlines()
    assert len(rows) == total + 1
    schedule = lrkit.WarmUpLR(0.1, 200_000)
    for step in (0, FIRST - 1, FIRST, FIRST + BLOCK - 1, FIRST + BLOCK, total - 1):
        assert rows[step + 1] == f"{step},{schedule(step)!r}"
    read = json.loads(run("table", "WarmUpLR(0.1, 200000)", "--steps", str(total), "--format", "json").out)
    assert read["learning_rate"] == schedule.to_list(total)


@pytest.mark.parametrize(
    "command", ["table 'WarmUpLR(0.1, 9)' --steps 300000", "table 'WarmUpLR(0.1, 9)'", "list", "plot"]
)
def test_a_reader_that_has_seen_enough_is_no_error(command: str) -> None:
    done = shell(f"lrkit {command} | head -1; lrkit {command} | (exec <&-; sleep 0.7)")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_full_disk_is_one_line() -> None:
    for command in ("table 'WarmUpLR(0.1, 9)'", "list"):
        done = shell(f"lrkit {command} > /dev/full")
        assert done.returncode == 2
        assert done.stderr == "lrkit: [Errno 28] No space left on device\n"


def test_an_interrupt_ends_the_longest_table_with_one_line() -> None:
    """It has 2**53 rows, which must not be laid out beforehand."""
    command = [sys.executable, "-m", "lrkit", "table", "HoldLR(WarmUpLR(0.1, 9), 9007199254740992)"]
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(3)] == ["step,learning_rate\n", "0,0.0\n", f"1,{0.1 / 9}\n"]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LIMIT)
    assert process.returncode == 130
    assert err.split("\n") == ["", "lrkit: interrupted", ""]  # click ends the line that shows ^C


# What is wrong --------------------------------------------------------------------------------------------------

BAD = [
    (["bogus"], "No such command 'bogus'"),
    (["plot", "--bogus"], "No such option:? '?--bogus"),
    (["plot", "foo"], r"Invalid value for '\[EXPR\]...': 'foo': no such file, and no expression such as"),
    (
        ["plot", "WarmUpLR(0.1, 0)"],
        "'WarmUpLR.0.1, 0.': parse: column 1: WarmUpLR: warmup_steps must be an integer >= 1",
    ),
    (["plot", COSINE, "WarmUpLR(0.1"], r"'WarmUpLR\(0.1': parse: column 9: '\(' was never closed"),
    (["plot", "__import__('os').system('touch pwned')"], "parse: column 1: '__import__' is not a schedule"),
    (["plot", "nosuch.json"], "'nosuch.json': No such file or directory"),
    (["plot", "broken.json"], "'broken.json': from_json: "),
    (["plot", "binary.json"], "'binary.json': 'utf-8' codec can't decode byte 0xff"),
    (["plot", "folder.json"], "'folder.json': Is a directory"),
    (["plot", "kind.json"], "'kind.json': from_json: .*'bogus'"),
    (["plot", "-"], "'-': there is nothing on standard input"),
    (["plot", "x" * 300], "'x{37}...': no such file"),
    (["plot", "a\nb"], r"'a\\nb': no such file"),
    (["plot", "\0"], r"'\\x00': "),
    (["plot", COSINE, "--steps", "0"], "Invalid value for '--steps': '0': must be an integer >= 1, got 0"),
    (["plot", COSINE, "--steps", "many"], "Invalid value for '--steps': 'many': column 1: only numbers may stand here"),
    (["plot", COSINE, "--steps", str(10**30)], "'--steps': '1000.*': must be an integer >= 1 and at most 2\\*\\*53"),
    (["plot", COSINE, "--steps-per-epoch", "0"], "Invalid value for '--steps-per-epoch'"),
    (["plot", COSINE, "--label", "a", "--label", "b"], "--label is given once for each curve, 1 in all"),
    (["plot", "--label", "a"], "--label is given once for each curve, 4 in all"),
    (["plot", COSINE, "--theme", "blue"], "Invalid value for '--theme': 'blue' is not one of"),
    (["plot", "ConstantLR(0)", "--log"], "--log needs a rate above 0, and there is none"),
    (["plot", COSINE, "-o", "a.gif"], r"Invalid value for '-o': 'a.gif' must end in .png, .svg, .pdf, .html or .txt"),
    (["plot", COSINE, "-o", "png"], "'png' must end in"),
    (["plot", COSINE, "-o", "nowhere/a.png"], "Invalid value for '-o': 'nowhere' is not a directory"),
    (["plot", COSINE, "-o", "folder.png"], "'folder.png' is a directory"),
    (["plot", "bad", "-o", "a.png"], "'bad': no such file"),
    (["plot", "ConstantLR(0)", "--log", "-o", "a.png"], "--log needs a rate above 0"),
    (["plot", "ScaleLR(WarmUpLR(1e308, 9), 9)", "-o", "a.png"], "too large for a float"),
    (["list", "extra"], "unexpected extra argument"),
    (["show"], "Missing argument 'KIND'"),
    (["show", "bogus"], "Invalid value for 'KIND': 'bogus' is not a kind of schedule; `lrkit list` names them all"),
    (["table"], "Missing argument 'EXPR'"),
    (["table", COSINE, COSINE], "unexpected extra argument"),
    (["table", COSINE, "--format", "xml"], "Invalid value for '--format': 'xml' is not one of"),
    (["table", COSINE, "--steps", "-3"], "Invalid value for '--steps'"),
    (["table", "ScaleLR(WarmUpLR(1e308, 9), 9)", "--format", "json"], "too large for a float"),
    (["json"], "Missing argument 'EXPR'"),
    (["json", COSINE, "--indent", "9"], "Invalid value for '--indent': 9 is not in the range 0<=x<=8"),
    (["json", "TableLR([1, 'a'])"], r"parse: column \d+: "),
]


@pytest.mark.parametrize(
    ("arguments", "message"), BAD, ids=[" ".join(a)[:50].encode("unicode_escape").decode() for a, _ in BAD]
)
def test_bad_input_is_one_line_and_code_2_and_nothing_else(run: Run, arguments: list[str], message: str) -> None:
    Path("broken.json").write_text('{"lrkit": 1')
    Path("binary.json").write_bytes(b"\xff\xfe")
    Path("kind.json").write_text('{"lrkit": 1, "schedule": {"kind": "bogus"}}')
    Path("folder.json").mkdir()
    Path("folder.png").mkdir()
    before = listed()
    done = run(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("lrkit: ")
    assert done.err.count("\n") == 1
    assert done.err.endswith("\n")
    assert done.err[:-1].isprintable()
    assert re.search(message, done.err)
    assert listed() == before


def test_a_line_on_standard_error_from_a_shell(tmp_path: Path) -> None:
    done = shell("lrkit plot 'WarmUpLR(0.1)' -o a.png", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        r"lrkit: Invalid value for '\[EXPR\]...': 'WarmUpLR\(0.1\)': parse: column 1: .*\n", done.stderr
    )
    assert listed(tmp_path) == []


# Files ----------------------------------------------------------------------------------------------------------


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


# Start-up -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["list"], ["show", "cosine_decay"], ["table", COSINE], ["json", COSINE], ["plot"]])
def test_drawing_libraries_are_imported_only_to_write_a_picture(command: list[str]) -> None:
    code = f"""
import sys
from lrkit.cli import main
sys.argv = ["lrkit", *{command!r}]
try:
    main()
except SystemExit as end:
    assert not end.code
found = {{"matplotlib", "plotly", "torch", "jax"}} & set(sys.modules)
assert not found, found
"""
    done = run_program([sys.executable, "-c", code])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_lrkit_is_a_module_to_run() -> None:
    assert shell("lrkit --version").stdout == f"lrkit {lrkit.__version__}\n"
