"""Write what is made from the code: the picture of README.md, the names in four stubs, and the formulas in JavaScript.

``python docs/generate.py`` writes them; ``python docs/generate.py --check`` fails if a text is not up to date. Nothing
else in the repository is generated, and no generated part is edited by hand.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import lrkit
from lrkit.cli.plot import DEFAULT_LABELS, DEFAULT_PLOT, DEFAULT_TITLE
from lrkit.javascript import build
from lrkit.schedules._registry import FUNCTIONS, sorted_kinds

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
PICTURES = {"light": IMAGES / "four-ways.png", "dark": IMAGES / "four-ways-dark.png"}
MADE = "made by docs/generate.py"


def entries() -> list[Callable[..., object]]:
    """The registered classes, then the functions of the catalogue."""
    return [*sorted_kinds().values(), *(function for _, function in sorted(FUNCTIONS.items()))]


def adapters() -> dict[str, str]:
    """The functions ``from_…`` and ``to_…`` of `interop`: name to module."""
    return _defined(lrkit.interop, lambda name, _: name.startswith(("from_", "to_")))


def optimizers(face: ModuleType) -> dict[str, str]:
    """The optimizers of one of the two interfaces, the classes that have a state: name to module."""
    return _defined(face, lambda _, thing: inspect.isclass(thing) and hasattr(thing, "load_state_dict"))


def _defined(package: ModuleType, wanted: Callable[[str, type], bool]) -> dict[str, str]:
    """What the modules of a package define, of those whose names begin with no underscore."""
    modules = [import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__)]
    return {
        name: module.__name__
        for module in modules
        for name, thing in vars(module).items()
        if "._" not in module.__name__ and getattr(thing, "__module__", "") == module.__name__ and wanted(name, thing)
    }


def everything() -> dict[str, str]:
    """What `lrkit` has from its packages: name to module. A schedule goes before a scheduler of the same name."""
    homes = dict.fromkeys(lrkit.lr_scheduler.__all__, "lrkit.lr_scheduler")
    homes |= dict.fromkeys(optimizers(lrkit.optim), "lrkit.optim") | dict.fromkeys(adapters(), "lrkit.interop")
    return homes | {entry.__name__: entry.__module__ for entry in entries()}


def imports(homes: dict[str, str], package: str) -> str:
    """The lines of a stub that import these names, in the order in which ruff sorts them."""
    lines = [(home.removeprefix(package), _rank(name), name) for name, home in homes.items()]
    return "".join(f"from {home} import {name} as {name}\n" for home, _, name in sorted(lines))


def _rank(name: str) -> tuple[bool, bool, str]:
    """The order in which ruff sorts names: constants, classes, functions."""
    return not name.isupper(), not name[0].isupper(), name.lower()


def generated() -> dict[Path, str]:
    """The files with generated parts, as they should be."""
    texts = {}
    stubs = {
        lrkit: everything(),
        lrkit.interop: adapters(),
        lrkit.optim: optimizers(lrkit.optim),
        lrkit.optim_ex: optimizers(lrkit.optim_ex),
    }
    for package, homes in stubs.items():
        path = ROOT / package.__name__.replace(".", "/") / "__init__.pyi"
        head, _, _ = path.read_text(encoding="utf-8").partition(begin := f"# What follows is {MADE}.\n")
        texts[path] = head + begin + imports(homes, package.__name__)
    return texts | {build.GENERATED: build.generated()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a text is not up to date")
    check = parser.parse_args().check
    old = {path: text for path, text in generated().items() if path.read_text(encoding="utf-8") != text}
    if check:
        sys.exit("".join(f"{path.relative_to(ROOT)} is old: run `python docs/generate.py`\n" for path in old) or None)
    for path, text in old.items():
        path.write_text(text, encoding="utf-8")
    curves = dict(zip(DEFAULT_LABELS, map(lrkit.parse, DEFAULT_PLOT), strict=True))
    for theme, path in PICTURES.items():
        path.parent.mkdir(exist_ok=True)
        lrkit.plot(curves, title=DEFAULT_TITLE, theme=theme).figure.savefig(path, dpi=130)


if __name__ == "__main__":
    main()
