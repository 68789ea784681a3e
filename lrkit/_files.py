"""Writing a file so that an interrupted or failed write leaves the old one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file beside `path` to write to; it takes the place of `path` only if the block ends without an error.

    The new file has the mode of the old one. If `path` is a link, the file that it leads to is replaced.
    """
    import tempfile
    from pathlib import Path

    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(prefix=".lrkit-", suffix=target.suffix, dir=target.parent)
    except OSError as error:
        error.filename = str(path)
        raise
    os.close(handle)
    try:
        yield Path(name)
        Path(name).chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
