"""Rules compiled by numba: the bits of NumPy, which is the other way to run them; what is kept on disk; threads."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from optimizers import ALL, Made, bits, gradients, parameters, snapshot, through_a_file

import lrkit
from lrkit import Parameter, optim, optim_ex
from lrkit.rules import _compiled, _loops, _threads
from lrkit.rules._chunks import chunks_of
from lrkit.tracing import record_update

pytest.importorskip("numba")

Way = Callable[[bool], None]
NAMES = [
    "optim.Adam", "optim.Adam(use_nesterov=True,use_amsgrad=True)", "optim_ex.AdamW", "optim_ex.NAdam",
    "optim.SGD(momentum=0.9,nesterov=True)", "optim_ex.RMSprop(centered=True,momentum=0.5)", "optim_ex.Rprop",
    "optim.ProximalAdagrad(l1=0.01,l2=0.01)", "optim.FTRL",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of their own, so that all is compiled here."""
    place = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("platformdirs.user_cache_path", lambda *_, **__: place)
        yield place


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Way:
    """Chooses how rules run from now on: compiled, or with NumPy."""
    return lambda compiled: monkeypatch.setattr("lrkit.rules._batch.WORTH_IT", 0 if compiled else math.inf)


def strided(p: Parameter, array: Any) -> Any:
    """The same numbers, each second of a larger array's."""
    wide = np.zeros((*p.shape, 2), p.dtype)
    wide[..., 0] = array
    return wide[..., 0]


@pytest.mark.parametrize("name", NAMES)
def test_compiled_rules_have_numpys_bits_and_take_over_its_state(name: str, way: Way) -> None:
    """Large, small, scattered and empty parameters; gradients in one piece and strided; a run that changes its way."""
    make: Made = ALL[name]
    for dtype in (np.float32, np.float64):
        runs = []
        for compiled in ([False] * 6, [True] * 6, [True, True, False, False, True, True]):
            params = parameters(dtype)
            optimizer = make(params)
            for step, this in enumerate(compiled):
                way(this)
                if step == 3:
                    state, optimizer = optimizer.state_dict(), make(params)
                    optimizer.load_state_dict(state)
                given = gradients(params, step)
                optimizer([strided(p, g) for p, g in zip(params, given, strict=True)] if step % 2 else given)
            runs.append(snapshot(optimizer))
        assert runs[0] == runs[1] == runs[2]


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "whole": np.array,
    "columns first": np.asfortranarray,
    "each second": lambda array: np.repeat(array, 2, axis=-1)[..., ::2],
    "backwards": lambda array: np.array(array[..., ::-1])[..., ::-1],
}
SHAPES = st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=3).map(tuple), min_size=1, max_size=4)


@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(NAMES[:5]),
    dtype=st.sampled_from([np.float32, np.float64]),
    shapes=SHAPES,
    layouts=st.lists(st.sampled_from(list(LAYOUTS)), min_size=8, max_size=8),
    options=st.fixed_dictionaries({"decays": st.booleans(), "check_finite": st.booleans()}),
    ways=st.lists(st.sampled_from([0, 1, 2]), min_size=4, max_size=4),
    resumed=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_random_runs_have_numpys_bits(
    name: str, dtype: Any, shapes: Any, layouts: Any, options: Any, ways: list[int], resumed: int, seed: int, way: Way
) -> None:
    """A run with NumPy, and one in which each step runs in its way: 0 is NumPy, 1 and 2 are threads. It is resumed."""
    found, made = [], ALL[name]
    options = {"check_finite": options["check_finite"]} | (made.decayed if options["decays"] else {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_threads, "WORTH_IT", 4)
        for run in ([0] * 4, ways):
            rng = np.random.default_rng(seed)
            laid = [LAYOUTS[layout] for layout in layouts]
            params = [
                Parameter(laid[k](rng.normal(size=shape).astype(dtype)), f"w{k}") for k, shape in enumerate(shapes)
            ]
            optimizer = made(params, **options)
            for step, threads in enumerate(run):
                way(threads > 0)
                patch.setitem(_threads._settings, "threads", max(threads, 1))
                if step == resumed:
                    state, optimizer = through_a_file(optimizer.state_dict()), made(params, **options)
                    optimizer.load_state_dict(dict(state))
                optimizer([laid[-k - 1](rng.normal(size=p.shape).astype(dtype)) for k, p in enumerate(params)])
            found.append(snapshot(optimizer))
    assert found[0] == found[1]


@given(
    values=st.lists(st.floats(width=32), min_size=1, max_size=9),
    rate=st.floats(0, 10),
    decay=st.sampled_from([0.0, 0.01]),
    amsgrad=st.booleans(),
)
def test_what_is_no_number_or_no_finite_one_goes_the_same_way(
    values: list[float], rate: float, decay: float, amsgrad: bool
) -> None:
    found = []
    for worth in (0, math.inf):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("lrkit.rules._batch.WORTH_IT", worth)
            weight = Parameter(np.linspace(-1, 1, len(values), dtype=np.float32))
            optimizer = optim_ex.Adam([weight], lr=rate, weight_decay=decay, amsgrad=amsgrad)
            for sign in (1, -1, 1):
                optimizer([np.array(values, np.float32) * np.float32(sign)])
            found.append(weight.asnumpy())
    compiled, with_numpy = found
    same = compiled.view(np.uint32) == with_numpy.view(np.uint32)
    assert (same | np.isnan(compiled) & np.isnan(with_numpy)).all()  # a NaN's sign and payload mean nothing


def test_small_batches_do_not_load_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lrkit.rules._batch.WORTH_IT", _loops.WORTH_IT)
    asked: list[bool] = []

    def compiled(*_: Any, loop: bool, **forms: Any) -> Any:
        asked.append(loop)
        return _compiled.compiled(*_, **forms)

    monkeypatch.setattr("lrkit.rules._batch.compiled", compiled)
    for size in (_loops.WORTH_IT - 1, _loops.WORTH_IT):
        optim.Adam([Parameter(np.ones(size))], 0.1)([np.ones(size)])
    assert asked == [False, True]


def test_what_is_compiled_is_kept_and_read_back(kept: Path) -> None:
    recording = record_update(lambda w, g, s, number, xp: (w - number.rate * g, s), ())
    for _ in range(2):
        program = _loops.looped(recording, "Kept")
        assert program is not None
        assert (program.whole, program.numbers) == (True, ("rate",))
        w = np.ones(3, np.float32)
        program.run(w, w * 2, np.asarray(0.25, np.float32))
        assert w.tolist() == [0.5, 0.5, 0.5]
    (source,) = (kept / "loops").glob("Kept-*.py")
    assert "w_i - v1" in source.read_text()
    hits: Any = program.run
    assert sum(hits.stats.cache_hits.values()) == 1  # of the second


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "file")
    recording = record_update(lambda w, g, s, number, xp: (w - g, s), ())
    program = _loops.looped(recording, "Lost")
    w = np.ones(3)
    assert program is not None
    program.run(w, np.ones(3))
    assert w.tolist() == [0, 0, 0]


def test_numba_switched_off_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its switch would run the loop in Python, some hundred times as slow as NumPy."""
    monkeypatch.setattr("numba.config.DISABLE_JIT", 1)
    _loops._numba.cache_clear()
    try:
        assert _loops._numba() is None
    finally:
        _loops._numba.cache_clear()


def test_numba_that_does_not_load_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "numba.py").write_text("raise ImportError('Numba needs another NumPy')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "numba")
    _loops._numba.cache_clear()
    try:
        with pytest.warns(RuntimeWarning, match="with NumPy, since numba does not load: Numba needs another"):
            assert _loops._numba() is None
    finally:
        _loops._numba.cache_clear()


# Threads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_shares_hold_each_number_once_and_are_about_equal(threads: int) -> None:
    arrays = [np.zeros(n, np.float32) for n in (100_000, 3, 0, 999_999, 20, 70_001)]
    arrays.append(np.zeros((400, 500), np.float32)[::2])  # scattered: not to be divided
    chunks = list(chunks_of(arrays))
    parts = _threads.shares(chunks, threads)
    seen = {id(chunk): np.zeros(chunk.size, int) for chunk in chunks}
    for part in parts:
        for chunk, span in part:
            seen[id(chunk)][span] += 1
    assert all((times == 1).all() for times in seen.values())
    sizes = [sum(len(range(*span.indices(chunk.size))) for chunk, span in part) for part in parts]
    assert max(sizes) - min(sizes) <= 100_000 + 64 * threads


def test_threads_change_no_bit_and_their_number_is_checked(way: Way) -> None:
    found = []
    way(True)
    assert lrkit.get_num_threads() == 1
    try:
        for threads in (1, 2, 3):
            lrkit.set_num_threads(threads)
            params = [Parameter(np.ones(n, np.float32)) for n in (3 * _threads.WORTH_IT, 5, _threads.WORTH_IT, 7)]
            optimizer = optim.Adam(params, 0.1)
            for step in range(2):
                optimizer(gradients(params, step))
            found.append(bits(params))
        assert found[0] == found[1] == found[2]
        for wrong, kind in ((0, ValueError), (1.5, TypeError), ("2", TypeError)):
            with pytest.raises(kind, match="set_num_threads: number must be an integer"):
                lrkit.set_num_threads(wrong)  # type: ignore[arg-type]
        assert lrkit.get_num_threads() == 3
    finally:
        lrkit.set_num_threads(1)


def test_an_error_in_a_thread_is_raised() -> None:
    def work(k: int, _: Any) -> None:
        if k == 1:
            raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        _threads.in_threads(work, [[], []])
