"""Public names that are loaded when they are first asked for, and classes that are asked for without being loaded."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any


def is_instance(value: object, module: str, name: str) -> bool:
    """Whether a value is of the class of this name; its module is not loaded: before it is, there is no instance."""
    cls = getattr(sys.modules.get(module), name, None)  # None also while the module is being loaded
    return cls is not None and isinstance(value, cls)


def attach(package: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """``__getattr__``, ``__dir__`` and ``__all__`` of a package: the names are those that its stub imports.

    The stub, ``__init__.pyi``, lies beside `file`. Each of its imports is one line of the form
    ``from .home import name as name``, so it is read as lines: to parse it as Python takes longer than all else that
    an import of this package does.
    """
    homes: dict[str, str] = {}
    with open(f"{file.removesuffix('c').removesuffix('.py')}.pyi", encoding="utf-8") as stub:  # noqa: PTH123
        for line in stub:
            if line.startswith("from ."):
                _, home, _, *_, name = line.split()
                homes[name] = home

    def load(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = import_module(home + name, package) if home == "." else getattr(import_module(home, package), name)
        setattr(sys.modules[package], name, value)
        return value

    names = sorted(homes)
    return load, names.copy, names


def modules(room: str) -> list[str]:
    """The public modules of a room, in order; without `pathlib`, whose import takes longer than all of this."""
    files = os.listdir(os.path.join(os.path.dirname(__file__), room))  # noqa: PTH118, PTH120, PTH208
    return sorted(file[:-3] for file in files if file.endswith(".py") and not file.startswith("_"))
