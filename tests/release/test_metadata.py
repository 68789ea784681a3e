"""What the release files state is what the code has: versions, licences, extras, and the promises of SECURITY.md."""

from __future__ import annotations

import ast
import platform
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from command import Run

import lrkit

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MODULES = sorted((ROOT / "lrkit").rglob("*.py"))


def cited(field: str) -> str:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    return re.findall(rf"^{field}: *(.*)$", text, re.MULTILINE)[0].strip('"')


def test_the_citation_is_of_this_version_and_licence() -> None:
    assert cited("version") == lrkit.__version__
    assert cited("license") == PROJECT["license"].partition(" AND ")[0]  # what follows is of files that it contains


def test_the_pythons_that_are_named_are_those_of_the_gate() -> None:
    """From the lowest that pip accepts to the newest that the gate runs."""
    prefix = "Programming Language :: Python :: 3."
    named = [int(name.removeprefix(prefix)) for name in PROJECT["classifiers"] if name.startswith(prefix)]
    (newest,) = re.findall(r"^newest=python3\.(\d+)", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    lowest = PROJECT["requires-python"].removeprefix(">=3.")
    assert named == list(range(int(lowest), int(newest) + 1))


def test_an_extra_that_a_message_names_exists() -> None:
    named = {
        extra
        for path in MODULES
        for extra in re.findall(r"lrkit\[(\w+)\]", path.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert named <= set(PROJECT["optional-dependencies"])


def test_the_gate_and_a_commit_run_the_same_fast_checks() -> None:
    """The hooks are the one statement of them: the gate calls no such program itself."""
    hooks = re.findall(r"entry: (.*?)[,\n]", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert {"ruff check", "ruff format --check", "mypy", "lint-imports"} <= set(hooks)
    assert "pre-commit run --all-files" in gate
    assert not [hook for hook in hooks if re.search(rf"^\s*{re.escape(hook)}", gate, re.MULTILINE)]


# SECURITY.md ----------------------------------------------------------------------------------------------------

RUNS_CODE = {"eval", "exec", "compile", "__import__"}
COMPILED = {"lrkit/tracing/python.py", "lrkit/interop/mindspore.py", "lrkit/rules/_loops.py"}
"""The places where the text that a printer wrote is compiled."""
EXCEPT = {"lrkit/configs/_yaml.py": {"yaml"}, "lrkit/designing/link.py": {"urllib"}}
"""Of YAML the events of a text are taken, which make no object; of ``urllib`` the escapes of a link."""
NETWORK = {"socket", "ssl", "urllib", "http", "ftplib", "smtplib", "requests", "httpx", "aiohttp", "asyncio"}
UNSAFE = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "yaml", "subprocess", "ctypes"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_text_is_executed_and_nothing_is_fetched(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    place = path.relative_to(ROOT).as_posix()
    assert called & RUNS_CODE == ({"exec", "compile"} if place in COMPILED else set())
    imported = {
        name.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level
    }
    assert imported & (NETWORK | UNSAFE) == EXCEPT.get(place, set())


def test_of_yaml_and_urllib_only_what_is_harmless_is_used() -> None:
    used = {
        name: set(re.findall(rf"\b{module}\.(\w+)", (ROOT / name).read_text(encoding="utf-8")))
        for name, (module,) in EXCEPT.items()
    }
    assert used["lrkit/configs/_yaml.py"] - {"org"} <= {"parse", "SafeLoader", "MarkedYAMLError", "YAMLError"} | {
        name for name in used["lrkit/configs/_yaml.py"] if name.endswith("Event")
    }
    assert used["lrkit/designing/link.py"] == {"parse"}


# The command ----------------------------------------------------------------------------------------------------


def test_the_versions_are_what_a_report_needs(run: Run) -> None:
    code, out, err = run("--version")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == f"lrkit {lrkit.__version__}"
    assert lines[1].startswith(f"Python {platform.python_version()}, ")
    assert {f"numpy {version('numpy')}", f"matplotlib {version('matplotlib')}"} <= set(lines[2].split(", "))
    assert len(lines) <= 4


# The conda recipe -----------------------------------------------------------------------------------------------


def test_the_conda_recipe_needs_what_the_wheel_needs() -> None:
    """Under the names of conda-forge, where two are called otherwise."""
    text = (ROOT / "conda.recipe" / "recipe.yaml").read_text(encoding="utf-8")
    assert re.findall(r"^  version: (\S+)$", text, re.MULTILINE)[0] == lrkit.__version__
    needs = text.partition("  run:\n")[2].partition("\n\n")[0].replace("    - ", "").splitlines()
    names = {"matplotlib-base": "matplotlib", "pyyaml": "PyYAML"}
    found = {"".join([names.get(name, name), *rest]) for name, *rest in map(str.split, needs)}
    assert found == {*PROJECT["dependencies"], f"python{PROJECT['requires-python']}"}
    assert f"- lrkit = {PROJECT['scripts']['lrkit']}\n" in text
