"""Programs that tests run: with the signals of a shell in the foreground, a time limit, and never left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LIMIT = 300
"""How many seconds a program may take: far more than any does."""
LRKIT = f'lrkit() {{ "{sys.executable}" -m lrkit "$@"; }}'


FOREGROUND = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])"
)
"""Makes an interrupt end a program, even where it is ignored here: under nohup, or in the background of a script."""


@contextlib.contextmanager
def started(command: list[str], **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """A program in a group of its own; it is killed with all that it has started, whatever happens."""
    with subprocess.Popen([sys.executable, "-ISc", FOREGROUND, *command], start_new_session=True, **options) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def run(command: list[str], *, text: bool = True, **options: Any) -> subprocess.CompletedProcess[Any]:
    """A program run to its end, and what it printed."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    with started(command, text=text, **pipes | options) as process:
        out, err = process.communicate(timeout=LIMIT)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def shell(command: str, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Commands in bash, where ``lrkit`` is this one, and where output is buffered as usual."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return run(["bash", "-c", f"{LRKIT}\n{command}"], cwd=folder, env=usual | environment)
