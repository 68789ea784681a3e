"""``python -m lrkit`` is the command ``lrkit``."""

from .cli import main

main()
