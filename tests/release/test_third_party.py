"""What lrkit writes of others carries their notice; the build of the pages checks the table of their parts."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from command import COSINE, Run

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")


def test_a_written_page_has_the_notice_of_what_is_in_it(run: Run, tmp_path: Path) -> None:
    assert run("plot", COSINE, "-o", str(tmp_path / "lr.html")).code == 0
    page = (tmp_path / "lr.html").read_text(encoding="utf-8")
    for words in ("plotly.js (basic - minified) v", "Plotly, Inc.", "Licensed under the MIT license"):
        assert words in page
    assert len(page) < 1_300_000
    assert (ROOT / "lrkit" / "plotting" / "assets" / "LICENSE-plotly.js.txt").is_file()
    assert "| plotly.js, its basic bundle, with its notice | MIT | Plotly, Inc. |" in TABLE


def test_every_licence_that_is_a_file_is_there() -> None:
    named = [cell for row in TABLE.splitlines() for cell in row.split(" | ") if cell.startswith("LICENSES/")]
    assert sorted(named) == sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "LICENSES").iterdir())


def test_the_build_of_the_pages_finds_what_is_not_listed(tmp_path: Path) -> None:
    """Files as they are listed pass; one more, one less, or a licence that no package has, is a fault."""
    pytest.importorskip("sphinx_gallery")
    extension = runpy.run_path(str(ROOT / "docs" / "_ext" / "licences.py"))
    parts, faults = extension["parts"], extension["faults"]
    for part in parts():
        for pattern in part.patterns:
            path = tmp_path / pattern.replace("*", "x")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    assert list(faults(tmp_path)) == []
    (tmp_path / "new.js").touch()
    (tmp_path / "plotly.min.js").unlink()
    assert list(faults(tmp_path)) == [
        "_static/new.js: THIRD_PARTY.md does not say whose it is",
        "THIRD_PARTY.md: plotly.js: there is no file plotly.min.js",
    ]
    assert all(list(extension["texts"](part)) for part in parts())
