"""The command ``lrkit``: see, list, tabulate, compare and convert schedules from a shell. One file a subcommand."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn

import click

from ._command import cli as cli
from ._output import discard, open_streams, remark


def main() -> None:
    """Run the command; whatever is wrong is one line on standard error, and exit code 2."""
    open_streams()
    if "_LRKIT_COMPLETE" in os.environ:
        from . import _completion as _completion
    try:
        code = cli.main(prog_name="lrkit", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        _fail("interrupted", 130)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        discard()
        sys.exit(1)
    except (ValueError, TypeError, ArithmeticError, OSError, MemoryError, RuntimeError) as error:
        from ._options import in_shell

        discard()
        _fail(in_shell(str(error)) or type(error).__name__, 2)
    except Exception as error:  # noqa: BLE001  # of the user's own code
        discard()
        _fail(f"{_place(error)}{type(error).__name__}: {error}", 2)
    else:
        sys.exit(code or 0)


def _place(error: BaseException) -> str:
    """The file and the line where it went wrong."""
    from traceback import walk_tb

    *_, (frame, line) = walk_tb(error.__traceback__)
    return f"{frame.f_code.co_filename}, line {line}: "


def _fail(message: str, code: int) -> NoReturn:
    with contextlib.suppress(OSError):  # standard error may be closed
        remark(f"lrkit: {' '.join(message.split())}")
    sys.exit(code)
