"""Pictures as files: the same bytes each time, with the text for readers who do not see them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib.pyplot as plt
import pytest
from curves import COSINE, STAIRS
from PIL import Image

from lrkit.chart import make_chart
from lrkit.plotting.renderers import save


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_the_same_chart_gives_the_same_bytes(form: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(make_chart([COSINE, STAIRS], yscale="log"), tmp_path / name, form)
    data = (tmp_path / "a").read_bytes()
    assert data == (tmp_path / "b").read_bytes()
    assert data[:4] == {"png": b"\x89PNG", "svg": b"<?xm", "pdf": b"%PDF"}[form]
    assert plt.get_fignums() == []


def test_an_svg_has_the_alt_text_as_its_title(tmp_path: Path) -> None:
    chart = make_chart([COSINE], labels=["<curve> & co"])
    save(chart, tmp_path / "a.svg", "svg")
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert root[0].tag == "{http://www.w3.org/2000/svg}title"
    assert root[0].text == chart.alt == "<curve> & co: starts at 0.1, ends at 0 at step 100."
    links = [value for part in root.iter() for name, value in part.attrib.items() if name.endswith(("href", "src"))]
    assert links
    assert all(link.startswith("#") for link in links)


def test_a_png_has_the_alt_text_as_its_description(tmp_path: Path) -> None:
    chart = make_chart([COSINE.warmup(20)], title="mine")
    save(chart, tmp_path / "a.png", "png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.text["Description"] == chart.alt
        assert image.text["Title"] == "mine"
        assert image.size == (1280, 720)


def test_a_dark_png_is_dark(tmp_path: Path) -> None:
    save(make_chart([COSINE]), tmp_path / "a.png", "png", "dark")
    with Image.open(tmp_path / "a.png") as image:
        assert image.convert("RGB").getpixel((2, 2)) == (0x1B, 0x1F, 0x24)


def test_a_pdf_has_the_alt_text_as_its_subject(tmp_path: Path) -> None:
    save(make_chart([COSINE], labels=["curve"]), tmp_path / "a.pdf", "pdf")
    assert b"/Subject (curve: starts at 0.1, ends at 0 at step 100.)" in (tmp_path / "a.pdf").read_bytes()
