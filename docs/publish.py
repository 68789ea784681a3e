"""Put the built pages beside those of other versions: ``python docs/publish.py FOLDER``.

They go into FOLDER/VERSION, and FOLDER/index.html lists the versions that are there, the newest first. The folder is
all that a web server needs. The version that each page names becomes a link to this list. (The theme's own switcher
fetches the list with a script, which browsers forbid for pages that are opened as files.)
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from packaging.version import InvalidVersion, Version

BUILT = Path(__file__).parent / "_build" / "html"
NAMED = '<p class="release"><span>'
"""What stands before the version on a page: docs/_templates/release.html."""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>lrkit: versions</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>body { font: 1.1rem/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem }</style>
</head>
<body><main>
<h1>lrkit</h1>
<p>The documentation of each version, the newest first:</p>
<ul>
%s
</ul>
</main></body>
</html>
"""


def versions(folder: Path) -> list[str]:
    """The versions in the folder, the newest first."""
    found = []
    for path in folder.iterdir():
        try:
            found.append((Version(path.name), path.name))
        except InvalidVersion:
            continue
    return [name for _, name in sorted(found, reverse=True)]


def index(names: list[str]) -> str:
    """The page that lists them."""
    return PAGE % "\n".join(f'<li><a href="{name}/index.html">lrkit {name}</a></li>' for name in names)


def lead_to_the_list(folder: Path) -> None:
    """The version that each page names becomes a link to the list of versions, one folder above the pages."""
    for page in folder.rglob("*.html"):
        up = "../" * len(page.relative_to(folder).parts)
        text = page.read_text(encoding="utf-8")
        linked = re.sub(f"({NAMED})(.*?)(</span>)", rf'\1<a href="{up}index.html" title="all versions">\2</a>\3', text)
        if linked != text:
            page.write_text(linked, encoding="utf-8")


def publish(built: Path, version: str, folder: Path) -> None:
    """The pages into their place, then the list: a reader never meets half of them under a link."""
    shutil.rmtree(folder / version, ignore_errors=True)
    shutil.copytree(built, folder / version)
    lead_to_the_list(folder / version)
    (folder / "index.html").write_text(index(versions(folder)), encoding="utf-8")


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit(__doc__)
    import lrkit

    publish(BUILT, lrkit.__version__, Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
