"""`from_config`: the schedules that a config of a training system says."""

from __future__ import annotations

import warnings
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..interop._errors import DepartureWarning
from ._budgets import budget_of
from ._fields import Fields
from ._load import OWNER, Loaded, load, load_text
from ._system import System
from ._systems import recognised, system_named, unknown


def from_config(config: Any, system: str | None = None, budget: Budget | str | None = None) -> Configured:
    """The schedules that a config of a training system says, by group: of DeepSpeed, transformers, Megatron and others.

    The system need not be installed, and nothing in a file is executed.

    Parameters
    ----------
    config : path, mapping or str
        A JSON, YAML or TOML file, a Python file of literals, or a text of flags ``--lr 3e-4 --train-iters 1000``; the
        same data as a mapping; or their text, as a str with several lines or one that begins with ``{`` or ``--``.
    system : str, optional
        The system. Default: it is told from the content.
    budget : Budget or str, optional
        What the config does not say about the size of the run: a `Budget`, or its text, ``"samples=50_000
        processes=8"``. Where both say it, the budget holds.

    Returns
    -------
    Configured
        Group to schedule, per update of the weights, with the system, why it was taken, the size of the run, and what
        the system does otherwise than expected.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If the file is missing, broken, too large or no config of a known system, a value is outside its domain, or a
        number is needed that neither config nor budget gives. The message says file, key and value, or the field of
        `Budget`.

    Warns
    -----
    DepartureWarning
        If the system does otherwise than one who reads the config expects.

    Notes
    -----
    *YAML* is read without tags, *Python* as names that are given literals. Interpolations of OmegaConf,
    ``${optim.lr}``, are followed where they name another key of the file. *Bounds*: 16 MiB, a million values, a
    hundred deep.

    Examples
    --------
    >>> import lrkit
    >>> flags = "--lr 3e-4 --min-lr 3e-5 --lr-decay-style cosine --lr-warmup-iters 100 --train-iters 1000"
    >>> found = lrkit.from_config(flags)
    >>> found.system, found.because, found.length
    ('megatron', 'it has "lr_decay_style": "cosine"', 1000)
    >>> found["lr"]([0, 100, 1000])
    array([0.e+00, 3.e-04, 3.e-05])
    """
    loaded = load(config)
    chosen = None if system is None else system_named(system)
    configured = read_quietly(loaded, chosen, budget_of(budget))
    if configured.departures:
        text = " ".join(configured.departures)
        warnings.warn(f"{OWNER}: {loaded.name}: {text}", DepartureWarning, stacklevel=2)
    return configured


def read_quietly(loaded: Loaded, chosen: System | None, budget: Budget | None) -> Configured:
    """The schedules of plain data; the departures are told in the result alone."""
    if chosen is None:
        found = recognised(loaded.data)
        if found is None:
            raise unknown(loaded.data, loaded.name)
        system, because = found
    else:
        system, because = chosen, chosen.recognise(loaded.data) or "it was given as such"
    fields = Fields(loaded.data, loaded.name, system.name, system.title, because)
    try:
        return system.read(fields, budget)
    except ArithmeticError:
        raise fields.refusal("a number in it is too large or too small to be computed with") from None
    except ValueError as error:
        if str(error).startswith(OWNER):
            raise
        raise ValueError(f"{OWNER}: {loaded.name}: {system.title}: {error}") from None


def config_in(text: str, name: str = "the text", suffix: str = "") -> Loaded | None:
    """The data of a text if they are a config of a known system; None if they are something else, or broken."""
    try:
        loaded = load_text(text, name, suffix)
    except ValueError:
        return None
    return loaded if recognised(loaded.data) else None
