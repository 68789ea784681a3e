"""Build the documentation, warnings as errors, and check what was built: ``python docs/build.py``.

It needs ``pip install -e ".[docs]"`` and no network. The pages are in docs/_build/html afterwards.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE / "_build"
GENERATED = [HERE / name for name in ("catalogue", "reference", "gallery", "lint")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", action="store_true", help="keep what the last build left: only changed pages")
    if not parser.parse_args().again:
        for folder in (BUILT, *GENERATED):
            shutil.rmtree(folder, ignore_errors=True)
    os.environ |= {"MPLBACKEND": "Agg", "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"}
    from sphinx.cmd.build import main as sphinx

    code = sphinx(
        ["-b", "html", "-W", "--keep-going", "-q", "-d", str(BUILT / "doctrees"), str(HERE), str(BUILT / "html")]
    )
    if code:
        sys.exit(code)
    sys.path.insert(0, str(HERE / "checks"))
    import links

    sys.exit(links.main([str(BUILT / "html")]))


if __name__ == "__main__":
    main()
