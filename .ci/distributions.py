"""What is in the wheel and in the source distribution: ``python .ci/distributions.py FOLDER``, with one of each in it.

The wheel holds the package and nothing else. The source distribution holds what the repository holds, so that somebody
who packages lrkit can run its tests and build its pages, but not what only the repository's host reads.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LARGEST = {"wheel": 2_000_000, "sdist": 5_000_000}
"""In bytes. More is a reason to look at what was put in."""


def repository() -> set[str]:
    """The files of the repository: those of git, and new ones that it does not ignore."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return {name for name in names if name and (ROOT / name).is_file()}


def report(path: Path, sizes: dict[str, int], wanted: set[str], most: int) -> list[str]:
    """Print how large it is; and say which files are missing, which are too many, and whether it is too large."""
    size = path.stat().st_size
    sys.stdout.write(
        f"{path.name}: {size / 1e3:,.0f} kB, {len(sizes)} files, {sum(sizes.values()) / 1e3:,.0f} kB unpacked\n"
    )
    faults = [f"{path.name}: {name} is missing" for name in sorted(wanted - set(sizes))]
    faults += [f"{path.name}: {name} should not be there" for name in sorted(set(sizes) - wanted)]
    return faults + [f"{path.name}: {size} bytes, at most {most}"] * (size > most)


def main(folder: Path) -> int:
    """Check both: 0 if all is well."""
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    files = repository()
    data = "-".join(wheel.name.split("-")[:2]) + ".dist-info/"
    about = {data + name for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")}
    licences = ("LICENSE", "THIRD_PARTY.md", "lrkit/plotting/assets/LICENSE-plotly.js.txt")
    about |= {f"{data}licenses/{name}" for name in licences}
    with zipfile.ZipFile(wheel) as packed:
        sizes = {entry.filename: entry.file_size for entry in packed.infolist() if not entry.is_dir()}
    faults = report(wheel, sizes, {name for name in files if name.startswith("lrkit/")} | about, LARGEST["wheel"])
    with tarfile.open(sdist) as tar:
        sizes = {entry.name.partition("/")[2]: entry.size for entry in tar if entry.isfile()}
    wanted = {name for name in files if not name.startswith(".github/")} | {"PKG-INFO"}
    faults += report(sdist, sizes, wanted, LARGEST["sdist"])
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
