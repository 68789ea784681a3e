"""``lrkit list``, ``show``, ``json``, ``diff`` and ``source``; names in Python code; how the command starts."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from command import COSINE, JOINED, Run
from helpers import own_kinds
from processes import run as run_program
from processes import shell

mpl.use("Agg")


import lrkit
from lrkit._params import fields_of
from lrkit.catalogue import FUNCTIONS
from lrkit.schedules._registry import kinds

# list, show, json -----------------------------------------------------------------------------------------------


def test_list_names_every_kind_with_its_parameters(run: Run) -> None:
    done = run("list")
    assert (done.code, done.err) == (0, "")
    for kind, cls in kinds().items():
        entry = done.out.partition(f"{cls.__name__}  [{kind}]\n")[2]
        lines = entry.splitlines()
        assert lines[0].strip() == (cls.__doc__ or "").strip().splitlines()[0].replace("``", "`")
        for line, field in zip(lines[1:], fields_of(cls).values(), strict=False):
            assert line.split()[0] == field.name
            assert field.domain in line


def test_list_as_json_is_the_registry(run: Run) -> None:
    listed = json.loads(run("list", "--json").out)
    entries = {entry["kind"]: entry for entry in listed if "kind" in entry}
    assert entries.keys() == set(kinds())
    functions = {entry["function"]: entry for entry in listed if "function" in entry}
    assert functions.keys() == FUNCTIONS.keys()
    for name, entry in functions.items():
        assert entry["summary"]
        assert [p["name"] for p in entry["parameters"]] == list(fields_of(FUNCTIONS[name]))
    for kind, cls in kinds().items():
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


@pytest.mark.parametrize("kind", own_kinds())
def test_show_describes_a_kind_by_kind_and_by_class(run: Run, kind: str) -> None:
    cls = kinds()[kind]
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


@pytest.mark.parametrize(("name", "system"), [("trl", "trainer"), ("yolo", "ultralytics"), ("mmdet", "mmengine")])
def test_the_config_of_a_training_system_is_asked_for_by_any_of_its_names(run: Run, name: str, system: str) -> None:
    curve = "linear(0.001, 0, 1000)"
    done = run("source", curve, name, "--steps", "1000")
    assert done == run("source", curve, system, "--steps", "1000")
    assert done.code == 0


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
    assert run("--version").out.splitlines()[0] == f"lrkit {lrkit.__version__}"
    helped = run("--help")
    assert (helped.code, helped.err) == (0, "")
    assert all(f"\n  {name} " in helped.out for name in ("plot", "list", "show", "table", "json"))
    assert run() == helped
    assert run("plot", "-h").out.startswith("Usage: lrkit plot [OPTIONS] [EXPR]...")


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
    assert shell("lrkit --version").stdout.splitlines()[0] == f"lrkit {lrkit.__version__}"
