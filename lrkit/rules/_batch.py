"""Parameters that are moved together: one rule, one rate, one decay, one count of steps, and their state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .._memory import aligned
from ..tracing.in_place import Program
from ._chunks import Workspace, chunks_of
from ._compiled import compiled
from ._loops import DTYPES, WORTH_IT
from ._rule import Array, Rule, StepContext, TensorRule
from ._threads import Job, in_threads, shares, threads_for


class Move(NamedTuple):
    """What one step does to one batch."""

    batch: Batch
    rule: Rule | TensorRule | None
    rate: float
    decay: float
    gradients: Sequence[Array]
    scale: float
    """The factor of the gradients."""
    centralized: bool


class Batch:
    """Parameters that share a rule, a rate and a decay, with their state and their count of steps."""

    def __init__(self, arrays: Sequence[Array]) -> None:
        self.arrays = list(arrays)
        self.t = 0
        self.memory: dict[str, float] = {}
        self._chunks = list(chunks_of(self.arrays))
        self._dtypes = {chunk.dtype for chunk in self._chunks}
        self._size = sum(chunk.size for chunk in self._chunks)
        self._tensors: list[dict[str, Array]] = [{} for _ in self.arrays]

    def state(self) -> list[dict[str, Array]]:
        """The arrays kept for each parameter, by name. They are not copies."""
        return [tensor | state for tensor, state in zip(self._tensors, self._chunk_states(), strict=True)]

    def __reduce__(self) -> Any:
        """A copy makes its own chunks: those of the original are views of the original's memory."""
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

    def step(self, move: Move, work: Workspace) -> None:
        """Make a move. Everything has been checked."""
        now = StepContext(self.t + 1, move.rate, move.decay, dict(self.memory))
        with np.errstate(all="ignore"):
            if isinstance(move.rule, TensorRule):
                self._step_tensors(move.rule, move, now, work)
            elif isinstance(move.rule, Rule):
                self._step_chunks(move.rule.at(now.t), move, now, work)
        self.t, self.memory = now.t, now.memory

    def _step_tensors(self, rule: TensorRule, move: Move, now: StepContext, work: Workspace) -> None:
        for w, g, states in zip(self.arrays, move.gradients, self._tensors, strict=True):
            if w.size:
                ready = _ready(w, g, move.scale, 0.0, move.centralized, work)
                rule.update(w, ready, states, now, work.like(w, "scratch"))

    def _step_chunks(self, rule: Rule, move: Move, now: StepContext, work: Workspace) -> None:
        """The program scales and decays each chunk. If centralized, which needs whole tensors, both are done before."""
        gradients, scale, centralized = move.gradients, move.scale, move.centralized
        numbers = rule.numbers(now) | {"scale": scale, "decay": now.decay, "keep": 1 - now.rate * now.decay}
        decayed = now.decay != 0 and (rule.decoupled or not centralized)
        ready: dict[Any, tuple[Program, list[Array]]] = {}
        for dtype in self._dtypes:
            loop = self._size >= WORTH_IT and dtype in DTYPES
            program = compiled(rule, scaled=scale != 1 and not centralized, decayed=decayed, loop=loop)
            # A ufunc takes numbers quickest as arrays without dimensions.
            ready[dtype] = program, [np.asarray(numbers[name], dtype) for name in program.numbers]
        if centralized:
            decay = 0.0 if rule.decoupled else now.decay
            for chunk in self._chunks:
                given: list[Any] = [None] * len(gradients)
                for j, k in enumerate(chunk.positions):
                    given[k] = _ready(self.arrays[k], gradients[k], scale, decay, True, work, j)
                chunk.run(*ready[chunk.dtype], given, work)
            return

        def run(k: int, jobs: list[Job]) -> None:
            space = work.of_thread(k)
            with np.errstate(all="ignore"):  # which each thread has for itself
                for chunk, span in jobs:
                    chunk.run(*ready[chunk.dtype], gradients, space, span)

        threads = threads_for(self._size) if all(program.whole for program, _ in ready.values()) else 1
        in_threads(run, shares(self._chunks, threads))


def _ready(w: Array, g: Array, scale: float, decay: float, centralized: bool, work: Workspace, place: int = 0) -> Array:
    """A copy of a gradient with its factor, weight decay and centralization, which the caller may overwrite."""
    ready = work.like(w, f"ready{place}")
    np.multiply(g, scale, out=ready, dtype=w.dtype, casting="same_kind")
    if decay:
        ready += np.multiply(w, decay, out=work.like(w, "scratch"))
    if centralized and w.ndim > 1:
        ready -= means_of_rows(ready)
    return ready


def means_of_rows(g: Array) -> Array:
    """The means over all axes but the first, which gradient centralization subtracts."""
    means: Array = np.mean(g, axis=tuple(range(1, np.ndim(g))), keepdims=True)
    return means
