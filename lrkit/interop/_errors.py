"""What the adapters share: the import of a framework, the refusal, the warning of a departure."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class DepartureWarning(UserWarning):
    """A framework does not do what its own formula says. The schedule read is the formula's.

    `lrkit.record` takes the rates that the framework has.
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
