"""`read_log`: the rates in the log of a training run, whichever program wrote it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ._containers import Container, JsonLines, Table, Text, contained
from ._folder import logs_in
from ._raw import Raw
from ._source import Source, open_source
from ._split import series_of
from .formats import any_rows, formats
from .log import LoggedRates


def read_log(path: Any, *, column: str | None = None) -> LoggedRates:
    r"""The learning rates in the log of a run: of transformers, Lightning, Keras, Megatron-LM and twenty more.

    The format is found from the content. What the log leaves open stays open: the precision of the printed digits, and
    which update a row's rate belongs to.

    Parameters
    ----------
    path : str, os.PathLike or open file
        A file, or a directory with one, or with checkpoints; ``"-"`` is standard input.
    column : str, optional
        The column or tag that holds the rates, where its name does not say so.

    Returns
    -------
    LoggedRates
        A series for each run in the file and each column: the groups of an optimizer, and momentum or weight decay
        where they are logged.

    Raises
    ------
    OSError
        If the file cannot be opened.
    TypeError
        If `path` is neither a path nor an open file.
    ValueError
        If nothing in it is a learning rate, or it is longer than 128 MiB, nested too deeply, compressed, damaged, or
        no log at all. The message says what was found.

    Notes
    -----
    *Runs*: where the count falls back to its start, another run begins. Where it falls less far, the run was resumed,
    and of rows with the same count the later is kept. *A run that still writes*: what follows the last whole row is
    left out, and a note says so. *Skipped updates* that the log states are taken out of what it counts. *Nothing is
    executed*, and no other library is needed.

    Bounds: 128 MiB, lines of 1 MiB, a million rows.

    Examples
    --------
    >>> import io
    >>> import lrkit
    >>> log = lrkit.read_log(io.StringIO("step,lr\n10,1.000e-3\n20,7.500e-4\n30,5.000e-4\n"))
    >>> log
    <LoggedRates: table, 'lr': 3 rows>
    >>> log["lr"].x, log["lr"].rates
    (array([10., 20., 30.]), array([0.001  , 0.00075, 0.0005 ]))
    >>> log["lr"].precisions[0]
    <Precision: 4 digits>
    """
    if column is not None and not isinstance(column, str):
        raise TypeError(f"read_log: column must be a text, got {column!r}")
    if isinstance(path, (str, os.PathLike)) and path != "-" and Path(path).is_dir():
        return _read_folder(Path(path), column)
    return _log(open_source(path), column)


def _log(source: Source, column: str | None) -> LoggedRates:
    with source.file:
        raw = _raw(source, column)
        notes = [*raw.notes, *source.notes]
        series = [found for each in raw.columns for found in series_of(each, notes)]
    return LoggedRates(source.name, raw.form, tuple(series), raw.facts, tuple(dict.fromkeys(notes)))


def _raw(source: Source, column: str | None) -> Raw:
    """What is in a source; of the columns, the one that is asked for."""
    container = contained(source)
    raw = _recognised(container)
    if raw is None and isinstance(container, (Table, JsonLines)):  # text may begin with a line that looks like one
        raw = _recognised(Text(source))
    if column is not None and not (raw and any(found.name == column for found in raw.columns)):
        raw = any_rows.read_column(container, column)
    if raw is None:
        names = ", ".join(map(repr, getattr(container, "names", ())[:20]))
        hint = f"; the columns are {names}; say which holds the rates with column=" if names and column is None else ""
        wanted = "no learning rate" if column is None else f"no number under {column!r}"
        raise ValueError(f"read_log: {source.name}: {wanted} in it{hint}")
    return Raw(raw.form, [found for found in raw.columns if column in (None, found.name)], raw.facts, raw.notes)


def _recognised(container: Container) -> Raw | None:
    """What the first format finds that finds a rate."""
    found = (form.read(container) for form in formats())
    return next((raw for raw in found if raw is not None and raw.columns), None)


def _read_folder(folder: Path, column: str | None) -> LoggedRates:
    """The log in a directory that says most; the others are named in a note."""
    found, refused = None, []
    others = []
    for path in logs_in(folder):
        if found is not None:
            others.append(str(path.relative_to(folder)))
            continue
        try:
            found = _log(open_source(path), column)
        except (ValueError, OSError) as error:
            refused.append(str(error).removeprefix("read_log: "))
    if found is None:
        why = f": {refused[0]}" if len(refused) == 1 else f" ({len(refused)} files were tried)" if refused else ""
        raise ValueError(f"read_log: {folder}: no log with learning rates in this directory{why}")
    if others:
        more = f", and {len(others) - 3} more" if len(others) > 3 else ""
        note = f"also in this directory, and not read: {', '.join(others[:3])}{more}"
        return LoggedRates(found.source, found.form, found.series, found.facts, (*found.notes, note))
    return found
