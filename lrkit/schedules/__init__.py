"""The schedules: one file each, with the step object and its list side by side.

Every module of this folder is imported here, so a schedule in a new file registers itself without another edit.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
