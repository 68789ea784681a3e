"""Every link and asset of the built pages is there, nothing is loaded from another host, images have texts and sizes.

``python docs/checks/links.py docs/_build/html``. Plain links that a reader may follow to other sites are allowed, and
are not visited.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADING = {"img", "script", "link", "source", "iframe", "audio", "video", "embed", "object", "use", "image", "track"}
NOT_LOADED = {"canonical", "next", "prev", "search", "index", "author", "copyright", "license", "alternate"}
"""Kinds of ``link`` that the browser does not fetch."""


class Page(HTMLParser):
    """What a page refers to, and the anchors that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.refers: list[tuple[str, str, bool]] = []
        self.anchors: set[str] = set()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what the tag refers to."""
        given = {name: value or "" for name, value in attributes}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        loads = tag in LOADING and not (tag == "link" and set(given.get("rel", "").split()) & NOT_LOADED)
        for name in ("href", "src", "data", "poster", "xlink:href", "action"):
            if given.get(name) and not (name == "data" and tag != "object"):
                self.refers.append((tag, given[name], loads))
        for one in filter(None, given.get("srcset", "").split(",")):
            self.refers.append((tag, one.split()[0], True))
        self.refers += [(tag, url, True) for url in urls_in_css(given.get("style", ""))]
        decoration = "alt" in given and "/thumb-" in given.get("src", "")  # beside a link that says the same in words
        if tag == "img" and not given.get("alt", "").strip() and not decoration:
            self.faults.append(f"an image without a text: {given.get('src')}")
        if tag == "img" and not (given.get("width") and given.get("height")):
            self.faults.append(f"an image without a size, which moves the page when it comes: {given.get('src')}")


@cache
def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def urls_in_css(text: str) -> list[str]:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    found = re.findall(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)", text) + re.findall(r"@import\s+['\"]([^'\"]+)", text)
    return [url for url in found if not url.startswith("data:")]


def fault(page: Path, url: str, loads: bool, root: Path) -> str:
    """What is wrong with a reference, or nothing."""
    parts = urlsplit(url)
    if parts.scheme in ("data", "mailto", "javascript"):
        return ""
    if parts.scheme or parts.netloc:
        return f"loads {url} from another host" if loads else ""
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_relative_to(root):
        return f"{url} leads out of the pages"
    if target.is_dir():
        target /= "index.html"
    if not target.exists():
        return f"{url} is not there"
    anchor = unquote(parts.fragment)
    if anchor and target.suffix == ".html" and anchor not in read(target).anchors:
        return f"{url} has no such anchor"
    return ""


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]).resolve()
    pages = sorted(path for path in root.rglob("*.html") if "_static" not in path.relative_to(root).parts)
    faults = []
    for path in pages:
        page = read(path)
        found = [fault(path, url, loads, root) for _, url, loads in page.refers]
        faults += [f"{path.relative_to(root)}: {text}" for text in [*page.faults, *found] if text]
    for path in root.rglob("*.css"):
        found = [fault(path, url, True, root) for url in urls_in_css(path.read_text(encoding="utf-8"))]
        faults += [f"{path.relative_to(root)}: {text}" for text in found if text]
    well = f"{len(pages)} pages: every link and asset is there, none from elsewhere"
    sys.stdout.write(("\n".join(sorted(set(faults))) or well) + "\n")
    return 1 if faults or not pages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
