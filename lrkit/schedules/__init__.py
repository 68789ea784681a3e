"""The schedules: one file each, with the step object and its list side by side.

Every module of this folder is imported here, so a schedule in a new file is registered without another edit.
"""

from importlib import import_module
from pathlib import Path

for _file in sorted(Path(__file__).parent.glob("*.py")):
    if not _file.stem.startswith("_"):
        import_module(f"{__name__}.{_file.stem}")
