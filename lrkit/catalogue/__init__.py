"""Known schedules as expressions: functions that return a schedule made of others.

Each raises `TypeError` if an argument is of the wrong type, and `ValueError` if one is outside its domain or does not
fit the others. Each has a module of its name here, which is imported with this package: a new one needs no other edit.
"""

from importlib import import_module

from .._lazy import modules
from ..schedules._registry import FUNCTIONS as FUNCTIONS

for _module in modules("catalogue"):
    import_module(f"{__name__}.{_module}")


def __dir__() -> list[str]:
    return sorted(FUNCTIONS)
