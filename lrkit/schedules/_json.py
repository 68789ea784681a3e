"""Schedules as JSON: ``{"lrkit": 1, "schedule": {"kind": "warm_up", "learning_rate": 0.1, "warmup_steps": 500}}``.

Numbers are written with the shortest digits that read back as the same float64, so nothing is lost. Reading is strict:
whatever is unknown, missing, of the wrong type or too large is an error that says where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._params import Field, fields_of, shorten
from ._registry import MAX_DEPTH, classes, kinds

if TYPE_CHECKING:
    from ._base import LearningRateSchedule

VERSION = 1
MAX_TEXT = 64 * 2**20
"""Longest text that is written and read, in characters: a table of three million different rates still fits.

It bounds how much time and memory a text can take, since both grow with its length.
"""


def write(schedule: Any, indent: int | None = None) -> str:
    import json

    text = json.dumps({"lrkit": VERSION, "schedule": _plain(schedule)}, indent=indent, allow_nan=False)
    if len(text) > MAX_TEXT:
        raise ValueError(
            f"{type(schedule).__name__}.to_json: the text has {len(text)} characters, at most {MAX_TEXT} are read "
            "back: pickle the schedule"
        )
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return value.tolist()
    if not hasattr(value, "kind"):
        return value
    if not value.kind:
        raise TypeError(f"{type(value).__name__} has no JSON form: define it with kind=...")
    return {"kind": value.kind} | {name: _plain(item) for name, item in value.parameters().items()}


def from_json(text: str | bytes) -> LearningRateSchedule:
    """The schedule that `LearningRateSchedule.to_json` wrote.

    Parameters
    ----------
    text : str or bytes
        JSON text of this package's own form, at most 64 Mi characters, UTF-8 if bytes.

    Returns
    -------
    LearningRateSchedule

    Raises
    ------
    TypeError
        If `text` is neither str nor bytes.
    ValueError
        If it is not JSON, or not of this form: a version other than 1, an unknown kind or field, one field twice, a
        missing field, a wrong type, a value outside its domain, NaN or infinity, or schedules nested more than 100
        deep. The message says where: ``schedule.schedules[1].decay_steps``.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.from_json('{"lrkit": 1, "schedule": {"kind": "constant", "learning_rate": 0.1}}')
    ConstantLR(learning_rate=0.1)
    >>> lrkit.from_json('{"lrkit": 1, "schedule": {"kind": "constant", "lr": 0.1}}')
    Traceback (most recent call last):
    ...
    ValueError: from_json: schedule: ConstantLR has no field 'lr'; it has learning_rate
    """
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"from_json: text must be str or bytes, got {type(text).__name__}")
    document = parsed(text)
    if not isinstance(document, dict) or set(document) != {"lrkit", "schedule"}:
        raise ValueError('from_json: the text must be an object with the two fields "lrkit" and "schedule"')
    if document["lrkit"] != VERSION or isinstance(document["lrkit"], bool):
        raise ValueError(f"from_json: lrkit: version {shorten(document['lrkit'])} is not known, only {VERSION}")
    schedule: LearningRateSchedule = _read(document["schedule"], "schedule", depth=1)
    return schedule


def parsed(text: str | bytes) -> Any:
    """The document of a JSON text: of a limited length, with each field once, and with no NaN or infinity."""
    import json

    if len(text) > MAX_TEXT:
        raise ValueError(f"from_json: the text has {len(text)} characters, at most {MAX_TEXT} are read")
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("from_json: the text is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"from_json: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the field {shorten(next(n for n in names if names.count(n) > 1))} stands twice")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _read(value: Any, where: str, depth: int) -> Any:
    """The schedule that a value of a document stands for; `where` is its place there."""
    if depth > MAX_DEPTH:
        raise ValueError(f"from_json: {where[:60]}...: schedules nest at most {MAX_DEPTH} deep")
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise ValueError(f'from_json: {where}: a schedule is an object with a "kind", got {shorten(value)}')
    kind, cls = value["kind"], kinds().get(value["kind"])
    if cls is None:
        from ._suggestions import suggest

        near = classes().get(suggest(kind))
        hint = f"; did you mean {near.kind!r}?" if near else ""
        raise ValueError(f"from_json: {where}.kind: {shorten(kind)} is not a kind of schedule{hint}")
    fields = fields_of(cls)
    for name in value.keys() - fields.keys() - {"kind"}:
        raise ValueError(f"from_json: {where}: {cls.__name__} has no field {shorten(name)}; it has {', '.join(fields)}")
    for name, field in fields.items():
        if field.required and name not in value:
            raise ValueError(f"from_json: {where}: {cls.__name__} needs the field {name!r}")
    given = {
        name: _field(fields[name], item, f"{where}.{name}", depth) for name, item in value.items() if name != "kind"
    }
    try:
        return cls(**given)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"from_json: {where}: {error}") from None


def _field(field: Field, value: Any, where: str, depth: int) -> Any:
    if not field.is_schedule or (field.optional and value is None):
        return value
    if not field.many:
        return _read(value, where, depth + 1)
    if not isinstance(value, list):
        raise ValueError(f"from_json: {where} must be {field.domain}, got {shorten(value)}")
    return tuple(_read(item, f"{where}[{k}]", depth + 1) for k, item in enumerate(value))
