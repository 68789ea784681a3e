"""Parameters that are moved together: one rule, one rate, one decay, one count of steps, and their state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._memory import aligned
from ._chunks import Workspace, chunks_of
from ._program import Program
from ._rule import Array, Prepared, Rule, StepContext, TensorRule


def program(prepared: Prepared) -> Program:
    """The compiled rule: made once for each of its forms, however its numbers change."""
    key = prepared.form()
    if key not in PROGRAMS:
        PROGRAMS[key] = prepared.program()
    return PROGRAMS[key]


PROGRAMS: dict[Any, Program] = {}


class Batch:
    """Parameters that share a rule, a rate and a decay, with their state and their count of steps."""

    def __init__(self, arrays: Sequence[Array]) -> None:
        self.arrays = list(arrays)
        self.t = 0
        self.memory: dict[str, float] = {}
        self._chunks = list(chunks_of(self.arrays))
        self._tensors: list[dict[str, Array]] = [{} for _ in self.arrays]

    def state(self) -> list[dict[str, Array]]:
        """The arrays kept for each parameter, by name: the very memory that a step moves."""
        return [tensor | state for tensor, state in zip(self._tensors, self._chunk_states(), strict=True)]

    def __reduce__(self) -> Any:
        """A copy is made anew: chunks are views of memory that it does not have."""
        return Batch, (self.arrays,), (self.t, self.memory, self._tensors, self._chunk_states())

    def __setstate__(self, state: Any) -> None:
        self.t, self.memory, self._tensors, states = state
        for chunk in self._chunks:
            for name in states[chunk.positions[0]]:
                chunk.states[name] = aligned((chunk.size,), chunk.dtype)
                for k, view in zip(chunk.positions, chunk.views(name), strict=True):
                    view[...] = states[k][name]

    def part(self, places: Sequence[int]) -> Batch:
        """Some of the parameters in a batch of their own, with copies of their state."""
        part, states = Batch([self.arrays[k] for k in places]), self._chunk_states()
        tensors = [{name: array.copy() for name, array in self._tensors[k].items()} for k in places]
        part.__setstate__((self.t, dict(self.memory), tensors, [states[k] for k in places]))
        return part

    def _chunk_states(self) -> list[dict[str, Array]]:
        found: list[dict[str, Array]] = [{} for _ in self.arrays]
        for chunk in self._chunks:
            for name in chunk.states:
                for k, view in zip(chunk.positions, chunk.views(name), strict=True):
                    found[k][name] = view
        return found

    def prepare_state(self, rule: Rule | TensorRule) -> None:
        """Make the state arrays that the rule asks for and does not have, and drop those that it does not ask for."""
        if isinstance(rule, TensorRule):
            for array, states in zip(self.arrays, self._tensors, strict=True):
                for name, shape in rule.shapes(array.shape).items():
                    if name not in states:
                        states[name] = aligned(shape, array.dtype)
            return
        wanted = rule.states()
        for chunk in self._chunks:
            if chunk.states.keys() != wanted.keys():
                chunk.states = {
                    name: chunk.states[name] if name in chunk.states else aligned((chunk.size,), chunk.dtype, value)
                    for name, value in wanted.items()
                }

    def step(
        self,
        rule: Rule | TensorRule,
        now: StepContext,
        gradients: Sequence[Array],
        work: Workspace,
        *,
        scale: float,
        centralized: bool,
    ) -> None:
        """One update, with each gradient times `scale`, and centralized if asked. Nothing in here refuses."""
        with np.errstate(all="ignore"):
            if isinstance(rule, TensorRule):
                for w, g, states in zip(self.arrays, gradients, self._tensors, strict=True):
                    if w.size:  # of nothing there are no means
                        ready = _ready(w, g, scale, 0.0, centralized, work)
                        rule.update(w, ready, states, now, work.tensor(w, "scratch"))
            else:
                self._step_chunks(rule.at(now.t), now, gradients, work, scale, centralized)
        self.t, self.memory = now.t, now.memory

    def _step_chunks(
        self, rule: Rule, now: StepContext, gradients: Sequence[Array], work: Workspace, scale: float, centralized: bool
    ) -> None:
        """A centralized gradient is made ready as a whole tensor, since its means need it; others on the way."""
        numbers = rule.numbers(now) | {"scale": scale, "decay": now.decay, "keep": 1 - now.rate * now.decay}
        decayed = now.decay != 0 and (rule.decoupled or not centralized)
        compiled = program(Prepared(rule, scaled=scale != 1 and not centralized, decayed=decayed))
        decay = 0.0 if rule.decoupled else now.decay
        for chunk in self._chunks:
            given: list[Any] | Sequence[Array] = gradients
            if centralized:
                given = [None] * len(gradients)
                for j, k in enumerate(chunk.positions):
                    given[k] = _ready(self.arrays[k], gradients[k], scale, decay, True, work, j)
            chunk.run(compiled, _arrays(numbers, compiled, chunk.dtype), given, work)


def _ready(w: Array, g: Array, scale: float, decay: float, centralized: bool, work: Workspace, place: int = 0) -> Array:
    """A gradient with its factor, weight decay and centralization, in an array that may be written."""
    ready = work.tensor(w, f"gradient{place}")
    np.multiply(g, scale, out=ready, dtype=w.dtype, casting="same_kind")
    if decay:
        ready += np.multiply(w, decay, out=work.tensor(w, "scratch"))
    if centralized and w.ndim > 1:
        ready -= ready.mean(axis=tuple(range(1, w.ndim)), keepdims=True)
    return ready


def _arrays(numbers: Mapping[str, float], compiled: Program, dtype: Any) -> list[Array]:
    """The numbers as arrays without dimensions: what a ufunc takes quickest."""
    return [np.asarray(numbers[name], dtype) for name in compiled.numbers]
