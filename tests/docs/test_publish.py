"""The pages of several versions stand beside each other, and a list leads to them."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "publish.py"


@pytest.fixture
def script() -> Any:
    pytest.importorskip("packaging")
    spec = spec_from_file_location("publish", SCRIPT)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_versions_stand_beside_each_other_the_newest_first(script: Any, tmp_path: Path) -> None:
    """0.10 is newer than 0.9, and a release than its candidate, by the rules of Python's version numbers."""
    folder = tmp_path / "pages"
    (folder / "notes").mkdir(parents=True)  # no version
    for version in ("0.9.0", "0.10.0", "0.10.0rc1"):
        built = tmp_path / version
        built.mkdir()
        (built / "index.html").write_text(version)
        script.publish(built, version, folder)
    links = re.findall(r'href="([^"]+)"', (folder / "index.html").read_text())
    assert links == ["0.10.0/index.html", "0.10.0rc1/index.html", "0.9.0/index.html"]
    assert [(folder / link).read_text() for link in links] == ["0.10.0", "0.10.0rc1", "0.9.0"]


def test_a_version_that_is_built_again_replaces_its_pages(script: Any, tmp_path: Path) -> None:
    built, folder = tmp_path / "built", tmp_path / "pages"
    built.mkdir()
    (built / "old.html").write_text("old")
    script.publish(built, "1.0.0", folder)
    (built / "old.html").rename(built / "new.html")
    script.publish(built, "1.0.0", folder)
    assert [path.name for path in (folder / "1.0.0").iterdir()] == ["new.html"]


def test_the_version_on_a_page_leads_to_the_list(script: Any, tmp_path: Path) -> None:
    """From a page in any folder; the template of the pages is what the documentation is built with."""
    built, folder = tmp_path / "built", tmp_path / "pages"
    template = (SCRIPT.parent / "_templates" / "release.html").read_text().replace("{{ release }}", "1.0.0")
    for name in ("index.html", "guides/plot.html"):
        (built / name).parent.mkdir(parents=True, exist_ok=True)
        (built / name).write_text(template)
    script.publish(built, "1.0.0", folder)
    for name in ("index.html", "guides/plot.html"):
        page = folder / "1.0.0" / name
        (link,) = re.findall(r'<a href="([^"]+)"[^>]*>version 1\.0\.0</a>', page.read_text())
        assert (page.parent / link).resolve() == (folder / "index.html").resolve()
