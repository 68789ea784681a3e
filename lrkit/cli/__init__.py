"""The command ``lrkit``: see, list, tabulate, compare and convert schedules from a shell. One file a subcommand."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import NoReturn

import click

from . import diff as diff
from . import json as json
from . import show as show
from . import source as source
from . import table as table
from ._completion import ColonBash as ColonBash
from ._group import cli as cli
from ._options import FORMS as FORMS
from ._options import in_shell
from ._output import discard, open_streams, remark
from .list import summary as summary
from .plot import DEFAULT_LABELS as DEFAULT_LABELS
from .plot import DEFAULT_PLOT as DEFAULT_PLOT
from .plot import DEFAULT_TITLE as DEFAULT_TITLE


def main() -> None:
    """Run the command; whatever is wrong is one line on standard error, and exit code 2."""
    open_streams()
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # of a folder for its caches that cannot be written, say
    try:
        code = cli.main(prog_name="lrkit", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        _fail("interrupted", 130)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        discard()
        sys.exit(1)
    except (ValueError, TypeError, ArithmeticError, OSError, MemoryError, RuntimeError) as error:
        discard()
        _fail(in_shell(str(error)) or type(error).__name__, 2)
    except Exception as error:  # noqa: BLE001  # of the user's own code
        discard()
        _fail(f"{_place(error)}{type(error).__name__}: {error}", 2)
    else:
        sys.exit(code or 0)


def _place(error: BaseException) -> str:
    """The file and the line where it went wrong."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}: " if trace else ""


def _fail(message: str, code: int) -> NoReturn:
    with contextlib.suppress(OSError):  # there may be nobody to tell
        remark(f"lrkit: {' '.join(message.split())}")
    sys.exit(code)
