"""The licences of what other projects gave to the pages: THIRD_PARTY.md lists them; their texts go with the pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import files
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.util import logging

ROOT = Path(__file__).parents[2]
MARK = "<!-- docs/_ext/licences.py reads this table -->"
LICENCE = re.compile(r"(licen[sc]e|copying|notice)", re.IGNORECASE)
logger = logging.getLogger(__name__)


class Part(NamedTuple):
    """A row of the table: what is there, the file or package that has its licence, and the patterns of its files."""

    what: str
    licence: str
    patterns: list[str]


def parts() -> list[Part]:
    """The rows of the table in THIRD_PARTY.md."""
    table = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8").partition(MARK)[2].strip().splitlines()[2:]
    rows = [[cell.strip() for cell in row.strip("| ").split("|")] for row in table]
    return [Part(row[0], row[3], re.findall(r"`([^`]+)`", " ".join(row[4:]))) for row in rows]


def texts(part: Part) -> Iterator[tuple[str, Path]]:
    """The licence's text, or texts: under which name, and where they are."""
    if (ROOT / part.licence).is_file():
        yield Path(part.licence).name, ROOT / part.licence
    else:
        for file in files(part.licence) or []:
            if ".dist-info" in file.parts[0] and LICENCE.search(file.name):
                yield f"{part.licence}-{file.name}", Path(str(file.locate()))


def faults(static: Path) -> Iterator[str]:
    """What is wrong between the table and the files: a file that no row names, a pattern or licence without a file."""
    names = [path.relative_to(static).as_posix() for path in sorted(static.rglob("*")) if path.is_file()]
    for name in names:
        if not any(fnmatch(name, pattern) for part in parts() for pattern in part.patterns):
            yield f"_static/{name}: THIRD_PARTY.md does not say whose it is"
    for part in parts():
        for pattern in part.patterns:
            if not any(fnmatch(name, pattern) for name in names):
                yield f"THIRD_PARTY.md: {part.what}: there is no file {pattern}"
        if not list(texts(part)):
            yield f"THIRD_PARTY.md: {part.what}: there is no licence text in {part.licence}"


def add(app: Any, exception: Exception | None) -> None:
    """Put the texts beside the pages, and warn of what is not listed."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    (static / "licences").mkdir(parents=True, exist_ok=True)
    for part in parts():
        for name, source in texts(part):
            shutil.copyfile(source, static / "licences" / name)
    for fault in faults(static):
        logger.warning(fault)


def setup(app: Any) -> dict[str, Any]:
    app.connect("build-finished", add)
    return {"parallel_read_safe": True}
