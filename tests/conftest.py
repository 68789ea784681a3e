"""Settings for the whole test suite."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from command import Result, Run

os.environ.setdefault("KERAS_BACKEND", "jax")  # read by Keras once, when it is imported

# `gate` draws the same examples in every run, so that its verdict is about the change; `random` draws new ones, and
# prints with a failure what repeats it. Chosen with --hypothesis-profile.
gate = hypothesis.settings(deadline=None, max_examples=40, derandomize=True)
hypothesis.settings.register_profile("gate", gate)
hypothesis.settings.register_profile("quick", gate, max_examples=5)
hypothesis.settings.register_profile("random", gate, max_examples=200, derandomize=False, print_blob=True)
# For runs that must fail: the first failing example is not made smaller, which takes many times as long.
first = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
hypothesis.settings.register_profile("first", gate, phases=first)
hypothesis.settings.load_profile("gate")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: Any, exitstatus: int) -> None:
    """With LRKIT_NO_SKIPS set, as in the gate, a skipped test is a failure: nothing is left out unnoticed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("LRKIT_NO_SKIPS") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command in this process, in an empty directory, in a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    from lrkit import cli

    def command(*arguments: str, stdin: str = "") -> Result:
        monkeypatch.setattr(sys, "argv", ["lrkit", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return Result(int(ended.value.code or 0), out, err)

    return command
