"""What sphinx-gallery shows of a script: its pictures in each look, and small pictures in its index."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from looks import IN_GALLERY, SMALL
from pictures import DRAWN, close, drawn_in, in_all_looks, save

BEFORE: dict[str, dict[str, Any]] = {}
"""The names that each script had before the block that has just run."""
PLACE: dict[str, Path] = {}
"""Where the build puts pictures."""


def gallery_scraper(block: Any, block_vars: Any, gallery_conf: Any) -> str:
    """The pictures of a block: it is run again for each look, from the names that stood before it."""
    script, names = block_vars["src_file"], block_vars["example_globals"]
    before = BEFORE.get(script, {"__name__": "__main__"})
    BEFORE[script] = dict(names)
    figures = _drawn()
    close()
    if not figures:
        return ""

    def again() -> list[Any]:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(block.content, script, "exec"), dict(before))
        return _drawn()

    paths = [Path(path) for _, path in zip(figures, block_vars["image_path_iterator"], strict=False)]
    stem = paths[0].stem.removeprefix("sphx_glr_plot_")
    shown = in_all_looks(again, f"gallery-{stem}", PLACE["images"], "../_images/", None)
    for look in IN_GALLERY:
        for path, figure in zip(paths, drawn_in(look, again), strict=True):
            save(figure, path.with_name(f"{path.stem}{'-dark' if look.theme == 'dark' else ''}.svg"), look)
    return "\n".join(map(_raw, shown))


def _drawn() -> list[Any]:
    """The figures of lrkit, then those of pyplot."""
    return [*DRAWN, *(plt.figure(number) for number in plt.get_fignums())]


def _raw(text: str) -> str:
    lines = "\n".join(f"    {line}" for line in text.splitlines())
    return f".. raw:: html\n\n{lines}\n\n"


def small_pictures(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """In the gallery's index each small picture is shown in the theme of the page."""
    if pagename != "gallery/index":
        return
    images = Path(app.outdir, "_images")
    width, height = (round(100 * inches) for inches in SMALL)

    def both(found: re.Match[str]) -> str:
        page = found["page"]
        number = _number(Path(app.srcdir, "gallery", f"{page}.py"))
        forms = []
        for theme, ending in (("light", ""), ("dark", "-dark")):
            name = f"sphx_glr_{page}_{number:03}{ending}.svg"
            (images / f"thumb-{name}").write_bytes(Path(app.srcdir, "gallery", "images", name).read_bytes())
            size = f'width="{width}" height="{height}" loading="lazy"'
            forms.append(f'<img class="only-{theme} dark-light" alt="" src="../_images/thumb-{name}" {size}>')
        return "".join(forms)

    thumb = r'<img alt="[^"]*" src="[^"]*sphx_glr_(?P<page>\w+)_thumb\.svg"[^>]*>'
    context["body"] = re.sub(thumb, both, context["body"])


def _number(script: Path) -> int:
    """Which of its pictures a script shows in the index: the first, unless it says otherwise."""
    said = re.search(r"sphinx_gallery_thumbnail_number = (\d+)", script.read_text(encoding="utf-8"))
    return int(said[1]) if said else 1


def note_place(app: Any) -> None:
    PLACE["images"] = Path(app.outdir, "_images")


def setup(app: Any) -> dict[str, Any]:
    app.connect("builder-inited", note_place, priority=1)  # before sphinx-gallery runs the scripts
    app.connect("html-page-context", small_pictures)
    return {"parallel_read_safe": True}
