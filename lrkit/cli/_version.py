"""What `lrkit --version` prints: lrkit's version, and those that a report of a fault needs beside it."""

from __future__ import annotations

from typing import Any

import click

from .. import __version__

LIBRARIES = ("numpy", "matplotlib", "plotly", "click", "array-api-compat")
FRAMEWORKS = ("torch", "jax", "optax", "keras", "transformers", "timm", "accelerate", "lightning", "mindspore")


def versions() -> str:
    """The first line is lrkit's version alone; the others say on what it runs, and which frameworks are there."""
    import platform

    lines = [f"lrkit {__version__}", f"Python {platform.python_version()}, {platform.platform()}"]
    return "\n".join([*lines, *filter(None, map(_installed, (LIBRARIES, FRAMEWORKS)))])


def _installed(names: tuple[str, ...]) -> str:
    """Those that are installed, as their metadata say: none is imported."""
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def show(context: click.Context, _: Any, asked: bool) -> None:
    """Print them for `--version`."""
    if asked:
        click.echo(versions())
        context.exit()
