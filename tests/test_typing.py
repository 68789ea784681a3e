"""What editors and type checkers know: files of user code, checked by mypy and pyright, and run.

`good.py` states the type of about 120 expressions with `assert_type`; both checkers must agree, and so must the values
when the file runs. In `bad.py` each line must be an error.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import runpy
import shutil
import subprocess
import sys
import types
import typing
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.typing import NDArray

import lrkit
from lrkit import _types, plotting
from lrkit.schedules._registry import kinds

mpl.use("Agg")
USER_CODE = Path(__file__).parent / "user_code"
FILES = ["good.py", "star.py", "good_frameworks.py", "bad.py"]
FRAMEWORKS = ("torch", "jax", "optax")
pytestmark = pytest.mark.xdist_group("typing")  # in one process: each checker reads all files once


# The checkers -----------------------------------------------------------------------------------------------------

Errors = dict[str, dict[int, str]]
"""By file: the errors, by line."""


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, encoding="utf-8", check=False, timeout=900
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def mypy(folder: Path, files: list[str]) -> Errors:
    """Optax has no types that mypy knows; what is called with a schedule there is for pyright."""
    options = ("--strict", "--disable-error-code=import-untyped", "--no-error-summary", "--cache-dir=cache")
    found: Errors = {file: {} for file in files}
    for line in run("mypy", *options, *files, cwd=folder).splitlines():
        if problem := re.match(r"(.*?):(\d+): error: (.*)", line):
            found[problem[1]][int(problem[2])] = problem[3]
    return found


def pyright(folder: Path, files: list[str]) -> Errors:
    """Its rules by default ("standard"): those of a file that sets none, as Pylance has them when checking is on."""
    name = "basedpyright" if find_spec("basedpyright") else "pyright"
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "standard", "include": files}))
    found: Errors = {file: {} for file in files}
    report = json.loads(run(name, "--outputjson", "--pythonpath", sys.executable, cwd=folder))
    for problem in report["generalDiagnostics"]:
        if problem["severity"] == "error":
            found[Path(problem["file"]).name][problem["range"]["start"]["line"] + 1] = problem["message"]
    return found


@pytest.fixture(scope="module", params=[mypy, pyright], ids=["mypy", "pyright"])
def errors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Errors:
    """What a checker says of each file, where lrkit is a package that is installed."""
    if not any(map(find_spec, {mypy: ["mypy"], pyright: ["basedpyright", "pyright"]}[request.param])):
        pytest.skip(f"{request.param.__name__} is not installed")
    folder = tmp_path_factory.mktemp(request.param.__name__)
    files = [file for file in FILES if file != "good_frameworks.py" or all(map(find_spec, FRAMEWORKS))]
    for file in files:
        shutil.copy(USER_CODE / file, folder)
    return request.param(folder, files)


@pytest.mark.parametrize("file", FILES[:3])
def test_right_code_has_no_error_and_the_types_that_it_states(errors: Errors, file: str) -> None:
    if file not in errors:
        pytest.skip(f"{file} needs {FRAMEWORKS}")
    assert not errors[file]


def test_every_wrong_line_is_an_error(errors: Errors) -> None:
    lines = (USER_CODE / "bad.py").read_text(encoding="utf-8").splitlines()
    first = next(k for k, line in enumerate(lines, 1) if line.startswith("lrkit."))
    wrong = {k: line for k, line in enumerate(lines, 1) if k >= first and line}
    assert len(wrong) > 50
    assert {line for k, line in wrong.items() if k not in errors["bad.py"]} == set()
    assert set(errors["bad.py"]) <= set(wrong)


# What is there ----------------------------------------------------------------------------------------------------


def holds(value: Any, kind: Any) -> bool:
    """Whether a value is what an annotation says, all the way down."""
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if kind is Any:
        return True
    if origin is get_origin(NDArray[np.float64]):  # the array itself, or from NumPy 2.5 on a name for it
        return type(value) is np.ndarray and value.dtype == np.dtype(np.float64)
    if origin is types.UnionType:
        return any(holds(value, option) for option in arguments)
    if origin in (list, tuple):
        return type(value) is origin and all(holds(item, arguments[0]) for item in value)
    if origin is dict:
        return type(value) is dict and all(holds(item, arguments[1]) for item in value.values())
    if kind is str:  # what is drawn as text is one that a notebook prints
        return isinstance(value, str)
    return type(value) is kind if kind in (int, float, bool, type(None)) else isinstance(value, kind)


@pytest.mark.parametrize(("file", "at_least"), [("good.py", 115), ("star.py", 3), ("good_frameworks.py", 7)])
def test_the_stated_types_are_those_of_the_values(
    file: str, at_least: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if file == "good_frameworks.py":
        for framework in FRAMEWORKS:
            pytest.importorskip(framework)
    stated: list[tuple[Any, Any]] = []

    def assert_type(value: Any, kind: Any, /) -> Any:
        stated.append((value, kind))
        return value

    monkeypatch.setattr(typing, "assert_type", assert_type)
    monkeypatch.chdir(tmp_path)
    try:
        runpy.run_path(str(USER_CODE / file))
    finally:
        plt.close("all")
        kinds().pop("typed_inverse_sqrt", None)
    assert len(stated) >= at_least
    assert [(value, kind) for value, kind in stated if not holds(value, kind)] == []


@pytest.mark.parametrize(
    ("function", "options"),
    [
        (plotting.plot_diff, _types.DiffOptions),
        (plotting.plot_groups, _types.GroupsOptions),
        (plotting.plot_grid, _types.GridOptions),
        (lrkit.plot, None),
    ],
)
def test_the_overloads_have_the_options_of_the_function(function: Any, options: Any) -> None:
    parameters = inspect.signature(function).parameters.values()
    own = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
    if options:
        assert set(get_type_hints(options)) == own - {"backend"}
        return
    overloads = typing.get_overloads(function)  # which are those of the method `plot` too
    assert len(overloads) == 3
    for overload in overloads:
        given = {p.name for p in inspect.signature(overload).parameters.values() if p.kind is p.KEYWORD_ONLY}
        assert given - {"ax", "width", "height", "ascii_only"} == own - {"ax"}
        defaults = {p.name: p.default for p in inspect.signature(overload).parameters.values() if p.name in own}
        assert {name: default for name, default in defaults.items() if name != "backend"}.items() <= {
            p.name: p.default for p in parameters
        }.items()


# The names --------------------------------------------------------------------------------------------------------

PUBLIC = ("", ".optim", ".optim_ex", ".lr_scheduler", ".interop", ".plotting", ".catalogue", ".dynamic_lr")


@pytest.mark.parametrize("name", [*PUBLIC, ".learning_rate_schedule"])
def test_a_module_shows_its_public_names_alone(name: str) -> None:
    """Nothing that it only imports for itself, such as ``Any`` or ``import_module``."""
    module = importlib.import_module(f"lrkit{name}")
    shown = [name for name in dir(module) if not name.startswith("_")]
    assert shown
    for public in shown:
        thing = getattr(module, public)
        home = thing.__name__ if isinstance(thing, types.ModuleType) else thing.__module__
        assert home.startswith("lrkit."), (public, home)
    assert set(getattr(module, "__all__", shown)) == set(shown)


def test_the_adapters_are_known() -> None:
    frameworks = (
        "keras",
        "mindspore",
        "optax",
        "timm",
        "torch",
        "transformers",
        "paddle",
        "mmengine",
        "ignite",
        "fvcore",
        "fastai",
        "composer",
        "pytorch_optimizer",
        "pytorch_warmup",
    )
    adapters = {f"from_{name}" for name in frameworks} | {f"to_{name}" for name in frameworks[:3] + frameworks[4:5]}
    assert set(lrkit.interop.__all__) == adapters
    assert adapters <= set(lrkit.__all__)
    assert adapters <= set(dir(lrkit))


def completions(code: str) -> set[str]:
    """What an editor offers at the end of some code, by the means of jedi, which IPython and Jupyter use."""
    jedi = pytest.importorskip("jedi")
    lines = code.splitlines()
    return {found.name for found in jedi.Script(code).complete(len(lines), len(lines[-1]))}


def test_an_editor_completes_the_public_names() -> None:
    offered = completions("import lrkit\nlrkit.")
    assert set(lrkit.__all__) <= offered
    assert not offered & {"Any", "Iterator", "TYPE_CHECKING", "annotations", "import_module"}
    assert {"from_torch", "to_keras"} <= completions("from lrkit import interop\ninterop.")
    assert {"Adam", "SGD"} <= completions("import lrkit\nlrkit.optim.")


@pytest.mark.parametrize(
    "expression",
    ["lrkit.CosineDecayLR(0, 0.1, 9)", "lrkit.WarmUpLR(0.1, 9).warmup(3).then(b, 5)", "lrkit.parse('…')", "a * 2"],
)
def test_an_editor_completes_the_methods_of_a_schedule(expression: str) -> None:
    code = f"import lrkit\na = b = lrkit.ConstantLR(0.1)\nschedule = {expression}\nschedule."
    assert {"warmup", "then", "repeat", "plot", "to_list", "to_json"} <= completions(code)
