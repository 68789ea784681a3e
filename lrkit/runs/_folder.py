"""The logs in a directory, those that say most first."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

DEEPEST = 6
"""How far below the directory is looked."""
MOST = 20_000
"""How many names are looked at."""
KNOWN = [
    r"trainer_state\.json",
    r"trainer_log\.jsonl",
    r"metrics\.csv",
    r"results\.csv",
    r"summary\.csv",
    r"metrics\.json",
    r"scalars\.json",
    r".*/metrics/(.*/)?(.*[/ _.\-])?(lr|learning[_\- ]?rate)[^/]*",
    r"(main\.log|log\.txt|trainer_log\.txt)",
    r".*tfevents.*",
    r".*\.(csv|tsv|jsonl)",
    r".*\.(json|log|txt|out|err)",
]
"""The files that programs write, those with the most digits and the surest count first."""
CHECKPOINT = re.compile(r"checkpoint-(\d+)")


def logs_in(folder: Path) -> list[Path]:
    """The files that may be logs, the likeliest first; of equal ones, the newest.

    Each checkpoint repeats the rows of those before it, so the last one stands for all.
    """
    found = []
    for path in _files(folder):
        rank = _rank(path, folder)
        if rank is not None:
            found.append((rank, -_checkpoint(path), -_time(path), path))
    ordered = [path for *_, path in sorted(found)]
    last = next((path for path in ordered if _checkpoint(path)), None)
    return [path for path in ordered if not _checkpoint(path) or path is last]


def _rank(path: Path, folder: Path) -> int | None:
    name = path.relative_to(folder.parent).as_posix()
    for rank, pattern in enumerate(KNOWN):
        if re.fullmatch(pattern if "/" in pattern else rf"(.*/)?{pattern}", name, re.IGNORECASE):
            return rank
    return None


def _checkpoint(path: Path) -> int:
    found = CHECKPOINT.fullmatch(path.parent.name)
    return int(found[1]) if found else 0


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0


def _files(folder: Path) -> Iterator[Path]:
    seen = 0
    for where, inner, names in os.walk(folder):
        here = Path(where)
        inner[:] = sorted(inner) if len(here.relative_to(folder).parts) < DEEPEST else []
        for name in sorted(names):
            seen += 1
            if seen > MOST:
                return
            if (path := here / name).is_file():
                yield path
