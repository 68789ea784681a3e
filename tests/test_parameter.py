"""`Parameter` and `ParameterTuple`."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit import Parameter


def test_a_parameter_works_wherever_numpy_takes_an_array() -> None:
    p = Parameter([[1.0, 2.0], [3.0, 4.0]], "p")
    assert isinstance(p + 1, np.ndarray)
    np.testing.assert_array_equal(p @ np.eye(2, dtype=np.float32), p)
    np.testing.assert_array_equal(2 * p - p / 1, [[1, 2], [3, 4]])
    assert (p.shape, p.ndim, p.size, p.dtype, len(p)) == ((2, 2), 2, 4, np.float32, 2)
    assert np.linalg.norm(p) == pytest.approx(math.sqrt(30))
    assert np.add.reduce(p, axis=None) == 10
    assert p.T.tolist() == [[1, 3], [2, 4]]
    p -= 1
    np.multiply(p, 2, out=p)
    p[0, 0] = 7
    assert (p[0].tolist(), p.value().tolist()) == ([7, 2], [[7, 2], [4, 6]])
    value = p.asnumpy()
    value[...] = 0
    assert float(p[0, 0]) == 7
    assert np.array(p, np.float64).dtype == np.float64
    assert (p.mean(), p.sum(axis=0).tolist(), p.reshape(-1).shape) == (19 / 4, [11, 8], (4,))
    rate = Parameter(0.25, "rate")
    assert (f"{rate:.1e}", f"{rate}", round(rate, 1), int(Parameter(2.5)), rate.item()) == (
        "2.5e-01",
        str(rate),
        0.2,
        2,
        0.25,
    )
    assert copy.deepcopy(p).tolist() == p.tolist()
    with pytest.raises(AttributeError):
        rate.nonsense  # noqa: B018
    assert (float(Parameter(3.0)), bool(Parameter(0.0)), hash(p) == hash(p)) == (3.0, False, True)


BAD_CALLS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: Parameter("a"), TypeError, "Parameter: the value must be real numbers"),
    (lambda: Parameter(np.ones(2, int)), TypeError, "an array of float32 or float64, got int64"),
    (lambda: Parameter([1.0], name=3), TypeError, "Parameter: name must be a string, got 3"),
    (lambda: Parameter([1.0], requires_grad=1), TypeError, "requires_grad must be True or False, got 1"),
    (lambda: Parameter([1.0], "w").assign([1.0, 2.0]), ValueError, "w: assign takes the shape (1,), got (2,)"),
    (lambda: Parameter([1.0], "w").assign("a"), TypeError, "w: assign takes real numbers, got 'a'"),
    (lambda: lrkit.ParameterTuple([1.0]), TypeError, "ParameterTuple: element 0 must be a Parameter, got 1.0"),
    (lambda: lrkit.ParameterTuple().clone("m", "huge"), ValueError, 'init must be "same", "zeros", "ones" or a number'),
    (lambda: lrkit.ParameterTuple().clone(3), TypeError, "clone: prefix must be a string, got 3"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), BAD_CALLS, ids=[message[:40] for _, _, message in BAD_CALLS])
def test_what_is_refused_is_refused_with_a_reason(call: Callable[[], Any], kind: type, message: str) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert message in str(caught.value)
