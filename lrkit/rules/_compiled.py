"""An update rule as a compiled function, with what a step does to the gradient and the weight before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..tracing import record_update
from ..tracing.in_place import Program, program
from ._loops import looped
from ._rule import Rule, States

PROGRAMS: dict[Any, Program] = {}


def compiled(rule: Rule, *, scaled: bool, decayed: bool, loop: bool = False) -> Program:
    """The program of a rule: made once for its class and which of its hyper-parameters are not 0.

    It is calls of NumPy, or where `loop` is set and numba is there, a compiled loop.
    """
    form = type(rule), *map(bool, vars(rule).values()), scaled, decayed, loop
    if form not in PROGRAMS:
        owner = type(rule).__name__
        recording = record_update(whole_formula(rule, scaled=scaled, decayed=decayed), tuple(rule.states()))
        PROGRAMS[form] = (loop and looped(recording, owner)) or program(recording, owner)
    return PROGRAMS[form]


def whole_formula(rule: Rule, *, scaled: bool, decayed: bool) -> Callable[..., tuple[Any, States]]:
    """The rule's formula with a gradient that is multiplied by a factor first, and with weight decay."""

    def formula(w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        if scaled:
            g = number.scale * g
        if decayed and rule.decoupled:
            w = number.keep * w
        elif decayed:
            g = g + number.decay * w
        return rule.formula(w, g, s, number, xp)

    return formula
