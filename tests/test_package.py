"""The package as a whole: what an import costs, and a schedule added in one file."""

from __future__ import annotations

import os
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers import own_kinds
from processes import LIMIT

import lrkit
import lrkit as nn
from lrkit import interop
from lrkit._namespaces.numpy import NumPy
from lrkit.schedules._registry import FUNCTIONS

ROOT = Path(__file__).parents[1]


def run(*command: str, cwd: Path, ok: bool = True) -> str:
    """What a Python process prints, with the package taken from `cwd` and no option of the tests that run it."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = outside | {"PYTHONPATH": str(cwd), "PYTHONIOENCODING": "utf-8", "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=LIMIT,
    )
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return done.stdout


def test_an_import_costs_nothing_and_a_schedule_numpy() -> None:
    code = "import sys; before = set(sys.modules); {}; print(*set(sys.modules) - before)"
    alone = {name.partition(".")[0] for name in run("-c", code.format("import lrkit"), cwd=ROOT).split()}
    assert alone - set(sys.stdlib_module_names) == {"lrkit"}
    use = "import lrkit; lrkit.CosineDecayLR(0, 0.1, 9).warmup(2)([0, 1])"
    used = {name.partition(".")[0] for name in run("-c", code.format(use), cwd=ROOT).split()}
    used = {name for name in used if "cython" not in name}  # of NumPy before 2
    assert used - set(sys.stdlib_module_names) == {"lrkit", "numpy"}


def test_a_name_loads_its_own_file_and_the_registry_knows_the_others() -> None:
    """A kind is read, and refused to another class, whether or not its file has been loaded."""
    code = (
        "import sys, lrkit; lrkit.CosineDecayLR\n"
        "print('lrkit.schedules.clock' in sys.modules, 'lrkit.catalogue' in sys.modules)\n"
        "try:\n    class Own(lrkit.LearningRateSchedule, kind='hold'): pass\n"
        "except ValueError as error: print(error)\n"
        "print('lrkit.schedules.clock' in sys.modules)"
    )
    told = "Own: the kind 'hold' is taken by HoldLR"
    assert run("-c", code, cwd=ROOT).splitlines() == ["False False", told, "True"]
    text = lrkit.from_json('{"lrkit": 1, "schedule": {"kind": "constant", "learning_rate": 1}}').hold(3).to_json()
    assert "hold_steps=3" in run("-c", f"import lrkit; print(lrkit.from_json({text!r}))", cwd=ROOT)


def test_parse_loads_the_files_of_the_names_it_reads_and_all_before_it_refuses_one() -> None:
    code = (
        "import sys, lrkit; lrkit.parse('CosineDecayLR(0, 0.1, 9).warmup(2)')\n"
        "print('lrkit.schedules.clock' in sys.modules, 'lrkit.catalogue' in sys.modules)\n"
        "for text in ('HoldLR(ConstantLR(1), 3)', 'one_cycl(1, 9)'):\n"
        "    try: print(lrkit.parse(text).kind)\n"
        "    except ValueError as error: print(error)"
    )
    loaded, kind, refused = run("-c", code, cwd=ROOT).splitlines()
    assert (loaded, kind) == ("False False", "hold")
    assert "did you mean one_cycle?" in refused


def test_the_command_loads_what_its_picture_needs() -> None:
    code = (
        "import sys\nfrom lrkit.cli import main\n"
        "sys.argv = ['lrkit', 'plot', 'CosineDecayLR(0, 0.1, 90).warmup(5)']\n"
        "try: main()\nexcept SystemExit: print(*sys.modules)"
    )
    loaded = set(run("-c", code, cwd=ROOT).splitlines()[-1].split())
    assert "lrkit.plotting.text" in loaded
    others = {"lrkit.runs.identify", "lrkit.runs.reading", "lrkit.linting", "lrkit.planning", "lrkit.difference"}
    others |= {"lrkit.cli.lint", "lrkit.interop._reading", "lrkit.configs._load", "lrkit.rules", "lrkit.tracing"}
    others |= {"lrkit.budget", "lrkit.runs", "lrkit._recipes", "lrkit._configured", "lrkit.designing.link"}
    others |= {"lrkit.cli._contents", "lrkit.schedules.hyperbolic_decay"}
    others |= {"matplotlib", "plotly", "numpy.ma", "logging", "importlib.metadata"}
    others |= {"pathlib", "csv", "json", "fractions", "difflib"}
    bare = set(run("-c", "import sys, numpy, click; print(*sys.modules)", cwd=ROOT).split())
    assert not loaded & (others - bare)


def test_all_subcommands_are_known_where_one_is_mistyped() -> None:
    """Click suggests among the commands that it knows; a command that is there is loaded alone."""
    ask = "import click\nfrom lrkit.cli import cli\ncli.get_command(click.Context(cli), {!r})\nprint(*cli.commands)"
    assert run("-c", ask.format("table"), cwd=ROOT) == "table\n"
    assert {"table", "plot", "watch"} < set(run("-c", ask.format("tabel"), cwd=ROOT).split())


FRAMEWORKS = {"torch", "jax", "jaxlib", "optax", "keras", "transformers", "timm", "mindspore", "tensorflow"}
FRAMEWORKS |= {"ignite", "mmengine", "fvcore", "paddle", "fastai", "composer", "pytorch_optimizer", "pytorch_warmup"}


def test_no_framework_is_imported_unless_it_is_used() -> None:
    """All public names, every use that needs no framework, and the command."""
    code = (
        "import sys, lrkit, lrkit.cli, lrkit.interop\n"
        "[getattr(lrkit, name) for name in lrkit.__all__ if name not in lrkit.interop.__all__]\n"
        "s = lrkit.one_cycle(0.1, 100).warmup(5)\n"
        "lrkit.diff(s, lrkit.record(lambda step: 0.1, 100)); lrkit.plot(s, backend='text')\n"
        "[lrkit.as_source(s, name) for name in ('torch', 'transformers', 'optax', 'keras', 'mindspore')]\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    assert not FRAMEWORKS & set(run("-c", code, cwd=ROOT).split())


@pytest.mark.parametrize("adapter", interop.__all__)
def test_an_adapter_without_its_framework_names_the_extra(adapter: str) -> None:
    """However it is reached: its module cannot be imported, or it says so when it is called."""
    extra = adapter.partition("_")[2]
    code = (
        f"import sys\nfor name in {sorted(FRAMEWORKS)}: sys.modules[name] = None\n"
        f"import lrkit\nschedule = lrkit.ConstantLR(0.1)\n"
        f"try:\n    lrkit.{adapter}(schedule, *([object()] if {adapter!r} == 'to_torch' else []))\n"
        "except ImportError as error: print(error)"
    )
    assert f'pip install "lrkit[{extra}]"' in run("-c", code, cwd=ROOT)


def test_a_schedule_is_seen_however_it_came_here() -> None:
    """Imported by its module alone, or unpickled in a process that has imported nothing yet."""
    start = "from lrkit.learning_rate_schedule import CosineDecayLR as C; s = C(0, 0.1, 10); "
    assert "cosine decay" in run("-c", start + "print(s.plot(backend='text'))", cwd=ROOT)
    assert "<svg" in run("-c", start + "print(s._repr_html_())", cwd=ROOT)
    pickled = pickle.dumps(lrkit.CosineDecayLR(0, 0.1, 10).warmup(3))
    code = f"import pickle; print(pickle.loads({pickled!r}).plot(backend='text'))"
    assert "warm up → cosine decay" in run("-c", code, cwd=ROOT)


def test_every_kind_is_exported_and_typed() -> None:
    for name, thing in ({cls.__name__: cls for cls in own_kinds().values()} | FUNCTIONS).items():
        assert getattr(lrkit, name) is thing
        assert name in lrkit.__all__
    with pytest.raises(AttributeError, match="module 'lrkit' has no attribute 'Nope'"):
        lrkit.Nope  # noqa: B018


def test_a_star_imports_the_public_names() -> None:
    names = run("-c", "from lrkit import *; print(CosineDecayLR(0, 0.1, 9)(0), plot, parse, warmup_lr)", cwd=ROOT)
    assert names.startswith("0.1 <function plot")


def test_mindspores_import_paths() -> None:
    """Seed documents write ``nn.X``, ``nn.dynamic_lr.x`` and ``nn.learning_rate_schedule.X``."""
    assert nn.dynamic_lr.piecewise_constant_lr is nn.piecewise_constant_lr
    assert nn.learning_rate_schedule.PolynomialDecayLR is nn.PolynomialDecayLR
    lists = {name for name in vars(nn.dynamic_lr) if name.endswith("_lr")}
    assert lists == {
        "piecewise_constant_lr",
        "exponential_decay_lr",
        "natural_exp_decay_lr",
        "inverse_decay_lr",
        "cosine_decay_lr",
        "polynomial_decay_lr",
        "warmup_lr",
    }


def test_the_documents_lines() -> None:
    """MindSpore's own documents, as printed there: the optimizer comparison (r1.7) and the optimizer tutorial."""
    rates = nn.dynamic_lr.piecewise_constant_lr([2, 5, 10], [0.1, 0.05, 0.01])
    assert str(rates) == "[0.1, 0.1, 0.05, 0.05, 0.05, 0.01, 0.01, 0.01, 0.01, 0.01]"
    schedule = nn.PolynomialDecayLR(learning_rate=0.1, end_learning_rate=0.01, decay_steps=4, power=0.5)
    assert f"{schedule(2):.6g}" == "0.0736396"
    assert str(np.float32(schedule(2))) == "0.07363961"
    exponential = nn.ExponentialDecayLR(0.1, 0.9, 4)
    printed = ["0.1", "0.097400375", "0.094868325", "0.09240211"]
    # In float32, as MindSpore computes; rounded from float64, the third is one unit of float32 higher.
    assert [str(exponential.formula(np.float32([step]), NumPy())[0]) for step in range(4)] == printed
    assert [str(np.float32(exponential(step))) for step in range(4)] == [*printed[:2], "0.09486833", printed[3]]


def test_what_is_generated_is_up_to_date() -> None:
    run("docs/generate.py", "--check", cwd=ROOT)
    for picture in ("four-ways.png", "four-ways-dark.png"):
        assert 10_000 < (ROOT / "docs" / "images" / picture).stat().st_size < 100_000


# One file -------------------------------------------------------------------------------------------------------

GOLDEN_TEST = '''
"""Computed by hand: 1 + t/5 is a square at t = 0, 15 and 40."""

import lrkit


def test_squares():
    assert lrkit.DemonstrationLR(0.6, 5)([0, 15, 40]).tolist() == [0.6, 0.3, 0.6 / 3]
'''


def copy(to: Path) -> None:
    """The repository's own files, elsewhere: with their bytecode, which stays valid, and without built pages."""
    for name in ("lrkit", "tests"):
        shutil.copytree(ROOT / name, to / name)
    built = shutil.ignore_patterns("_build", "catalogue", "gallery", "reference")
    shutil.copytree(ROOT / "docs", to / "docs", ignore=built)
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, to)


def test_a_schedule_is_added_in_one_file(tmp_path: Path) -> None:
    copy(tmp_path)
    shutil.copy(ROOT / "tests" / "demonstration.py.txt", tmp_path / "lrkit" / "schedules" / "demonstration.py")
    (tmp_path / "tests" / "test_demonstration.py").write_text(GOLDEN_TEST)

    listed = run("-m", "lrkit", "list", cwd=tmp_path)
    assert "DemonstrationLR  [demonstration]\n    A rate that falls with the square root of the step." in listed
    assert "timescale            an integer >= 1, in steps" in listed
    assert "DemonstrationLR(learning_rate, timescale)" in run("-m", "lrkit", "show", "demonstration", cwd=tmp_path)
    table = run("-m", "lrkit", "table", "DemonstrationLR(0.6, 5)", "--steps", "16", cwd=tmp_path)
    assert table.splitlines()[-1] == "15,0.3"
    text = run("-m", "lrkit", "json", "DemonstrationLR(0.1, 5)", cwd=tmp_path)
    assert '"kind": "demonstration"' in text
    code = f"import lrkit; print(lrkit.from_json({text!r}) == lrkit.parse('DemonstrationLR(0.1, 5)'))"
    assert run("-c", code, cwd=tmp_path).strip() == "True"

    run("docs/generate.py", "--check", cwd=tmp_path, ok=False)
    run("docs/generate.py", cwd=tmp_path)
    run("docs/generate.py", "--check", cwd=tmp_path)
    stub = (tmp_path / "lrkit" / "__init__.pyi").read_text()
    assert "from .schedules.demonstration import DemonstrationLR as DemonstrationLR\n" in stub

    tests = ("tests/schedules/test_contract.py", "tests/test_demonstration.py", "lrkit/schedules/demonstration.py")
    printed = run("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", "demonstration", cwd=tmp_path)
    contract = len(re.findall(r"^@EVERY_KIND", (ROOT / tests[0]).read_text(), re.MULTILINE))
    assert f"{contract + 2} passed" in printed


@pytest.mark.parametrize(
    ("file", "right", "wrong", "tests"),
    [
        ("cosine_decay", "0.5 * (max_lr", "0.500001 * (max_lr", "schedules/test_golden.py::test_object_within_float32"),
        (
            "warm_up",
            "self.learning_rate * xp.minimum(step, self.warmup_steps) / self.warmup_steps",
            "self.learning_rate * (xp.minimum(step, self.warmup_steps) / self.warmup_steps)",
            "schedules/test_golden.py::test_list_equals_bit_for_bit",
        ),
        (
            "exponential_decay",
            "xp.pow(self.decay_rate, p)",
            "xp.exp(p * math.log(self.decay_rate))",
            "schedules/test_golden.py::test_list_equals_bit_for_bit",
        ),
        (
            "exponential_decay",
            "multiples(self.decay_steps, stop)",
            "()",
            "schedules/test_contract.py::test_bends_and_jumps_are_knots[exponential_decay]",
        ),
        (
            "polynomial_decay",
            "xp.pow(1 - step / horizon, self.power)",
            "xp.pow((horizon - step) / horizon, self.power)",
            "schedules/test_golden.py::test_list_equals_bit_for_bit",
        ),
        ("clock", "minimum(cycle, self.cycles - 1)", "minimum(cycle, self.cycles)", "schedules/test_algebra.py"),
        ("table", "np.cumsum(self.counts)[:-1]", "np.cumsum(self.counts)[1:]", "schedules/test_algebra.py"),
    ],
)
def test_a_wrong_formula_turns_the_tests_red(tmp_path: Path, file: str, right: str, wrong: str, tests: str) -> None:
    copy(tmp_path)
    path = tmp_path / "lrkit" / "schedules" / f"{file}.py"
    source = path.read_text(encoding="utf-8")
    assert source.count(right) == 1
    path.write_text(source.replace(right, wrong), encoding="utf-8")
    options = ("-q", "-x", "-p", "no:cacheprovider", "--hypothesis-profile=first")
    printed = run("-m", "pytest", *options, f"tests/{tests}", cwd=tmp_path, ok=False)
    assert "1 failed" in printed


def test_the_functions_of_the_catalogue_are_known_before_they_are_loaded() -> None:
    """By `parse`, and to a class that would take the name of one: what was imported before makes no difference."""
    assert run("-c", "import lrkit; print(lrkit.parse('one_cycle(0.1, 1000)')(299))", cwd=ROOT).strip() == "0.1"
    code = (
        "from lrkit import LearningRateSchedule\n"
        "try:\n    class Mine(LearningRateSchedule, kind='one_cycle'):\n        pass\n"
        "except ValueError as error: print(error)"
    )
    assert "taken by the function lrkit.one_cycle" in run("-c", code, cwd=ROOT)
