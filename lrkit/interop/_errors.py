"""What the adapters share: the import of a framework, the refusal, the warning of a departure."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class DepartureWarning(UserWarning):
    """A framework does not do what its own formula says, or a trainer what one who reads its config expects.

    The schedule read from torch's or timm's own classes is the formula's, and `lrkit.record` takes the rates that the
    framework has. Where the message says "as the schedule does", and of a config, the schedule has what is done.
    """


def framework(module: str, extra: str, adapter: str) -> Any:
    """A module of a framework, imported now; if it is not installed, the message names the extra that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        if (error.name or "").partition(".")[0] not in ("", package):
            raise  # something that the framework itself needs
        message = f'{adapter} needs {package}: pip install "lrkit[{extra}]"'
        raise ImportError(message, name=error.name) from error


def refused(adapter: str, obstacle: str) -> TypeError:
    """The error for what cannot be read exactly. It names the obstacle and `lrkit.record`."""
    return TypeError(f"{adapter}: {obstacle}; lrkit.record(…, steps) takes the rates as they come")


def moved(adapter: str, rate: str) -> TypeError:
    """The error for a rate that is not the one which its scheduler makes."""
    return refused(adapter, f"{rate}: somebody else has changed it, or moves it too")
