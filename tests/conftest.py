"""Settings for the whole test suite."""

from __future__ import annotations

import os
from typing import Any

import hypothesis
import pytest

hypothesis.settings.register_profile("lrkit", deadline=None, max_examples=40, derandomize=True)
hypothesis.settings.load_profile("lrkit")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: Any, exitstatus: int) -> None:
    """With LRKIT_NO_SKIPS set, as in the gate, a skipped test is a failure: nothing is left out unnoticed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("LRKIT_NO_SKIPS") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
