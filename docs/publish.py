"""Put the built pages beside those of other versions: ``python docs/publish.py FOLDER``.

They go into FOLDER/VERSION, and FOLDER/index.html lists the versions that are there, the newest first. The folder is
all that a web server needs. Pages of one version never link to another's: a version is built once, from its own clone.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from packaging.version import InvalidVersion, Version

BUILT = Path(__file__).parent / "_build" / "html"
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


def publish(built: Path, version: str, folder: Path) -> None:
    """The pages into their place, then the list: a reader never meets half of them under a link."""
    shutil.rmtree(folder / version, ignore_errors=True)
    shutil.copytree(built, folder / version)
    (folder / "index.html").write_text(index(versions(folder)), encoding="utf-8")


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit(__doc__)
    import lrkit

    publish(BUILT, lrkit.__version__, Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
