"""The library's messages name arguments of Python; in a shell they are options."""

from __future__ import annotations

import re

SPELLINGS = [
    (r"lrkit\.record\(…, steps\) (takes (the rates as they come|its rates))", r"--steps N \1"),
    (r"make a fresh one, or take lrkit\.record\(…, steps\) of this one", "make a fresh one"),
    (r"give names=\{'epoch': steps_per_epoch\}", "give --steps-per-epoch"),
    (r"\bgive steps\b", "give --steps"),
    (r"\bgive steps_per_epoch\b", "give --steps-per-epoch"),
    (r"\bgive steps=(\d+)", r"give --steps \1"),
    (r"\b(plot(_diff)?|diff|read): steps\b", "--steps"),
    (r"\bplot(_diff)?: steps_per_epoch\b", "--steps-per-epoch"),
    (r"\bdiff: tolerance\b", "--tolerance"),
    (r"\bplot(_diff)?: yscale='log' ", "--log "),
    (r"\b\w+: labels must be one label for each curve, (\d+) .*", r"--label is given once for each curve, \1 in all"),
    (r"\bx='epoch' needs steps_per_epoch\b", "--steps-per-epoch is missing"),
    (r"\bx='(\w+)'", r"--x \1"),
    (r"\bsteps=(\d+)", r"--steps \1"),
    (r"\bsteps_per_epoch=(\d+)", r"--steps-per-epoch \1"),
]  # fmt: skip
"""What Python calls it, and what the shell does."""


def in_shell(message: str) -> str:
    """A message of the library with options in place of arguments."""
    for python, shell in SPELLINGS:
        message = re.sub(python, shell, message)
    return message
