"""Update rules: the compiled program against its formula, and against the paper by hand."""

from __future__ import annotations

import numpy as np
import pytest
from optimizers import ALL, parameters
from update_rules import assert_equal_to_formula

from lrkit import Parameter, optim, optim_ex
from lrkit.rules._compiled import PROGRAMS, compiled, whole_formula
from lrkit.rules._rule import Rule, StepContext

RULES = {
    name: rule
    for name, make in ALL.items()
    for o in [make(parameters())]
    for rule in [o._rule() if make.is_nn else o._rule(o.param_groups[0])]
    if isinstance(rule, Rule)
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_a_compiled_rule_is_its_formula(name: str, decay: float) -> None:
    """The program in place, against the formula evaluated as it stands by NumPy: bit for bit, states too."""
    rng = np.random.default_rng(0)
    for t in (1, 2, 50):
        rule = RULES[name].at(t)
        program = compiled(rule, scaled=True, decayed=decay > 0)
        formula = whole_formula(rule, scaled=True, decayed=decay > 0)
        w, g = rng.normal(size=50), rng.normal(size=50)
        states = {state: rng.uniform(0.1, 1, 50) for state in rule.states()}
        numbers = rule.numbers(StepContext(t, 0.1, decay)) | {"scale": 0.5, "decay": decay, "keep": 1 - 0.1 * decay}
        assert_equal_to_formula(program, formula, w, g, states, numbers)


def test_lamb_by_hand() -> None:
    """Two steps of You et al. (2020), algorithm 2 with bias correction, written out."""
    w, m, v = np.array([[3.0, -1.0], [2.0, 0.5]]), 0.0, 0.0
    weight = Parameter(w, "weight")
    optimizer = optim.Lamb([weight], learning_rate=0.1, weight_decay=0.01)
    for t, g in enumerate((np.array([[1.0, 2.0], [-3.0, 0.5]]), np.array([[0.5, -2.0], [1.0, 0.0]])), start=1):
        optimizer([g])
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        r = (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-6) + 0.01 * w
        w = w - 0.1 * np.linalg.norm(w) / np.linalg.norm(r) * r
        np.testing.assert_allclose(weight, w, rtol=1e-12)


def test_adafactor_by_hand() -> None:
    """Two steps of Shazeer and Stern (2018), algorithm 4 for a matrix, written out, on a stack of two matrices."""
    rng = np.random.default_rng(0)
    w, r, c, m = rng.normal(size=(2, 3, 4)), 0.0, 0.0, 0.0
    weight = Parameter(w, "weight")
    optimizer = optim.AdaFactor([weight], weight_decay=0.1)
    for t in (1, 2):
        g = rng.normal(size=w.shape)
        optimizer([g])
        kept = 1 - t**-0.8
        r = kept * r + (1 - kept) * (g**2 + 1e-30).mean(axis=-1)
        c = kept * c + (1 - kept) * (g**2 + 1e-30).mean(axis=-2)
        u = g / np.sqrt(r[..., None] * c[..., None, :] / r.mean(axis=-1)[..., None, None])
        rate = min(1e-2, t**-0.5) * max(1e-3, np.sqrt(np.mean(w**2)))
        m = 0.9 * m + 0.1 * rate * u / max(1.0, np.sqrt(np.mean(u**2)))
        w = w - 0.1 * rate * w - m
        np.testing.assert_allclose(weight, w, rtol=1e-12)


def test_adafactors_rate_follows_the_size_of_the_weights_down_to_a_floor() -> None:
    """Its first step is the rate times max(eps2, rms(w)), along each coordinate, with the squares taken whole."""
    for size, scale in ((2.0, 2.0), (1e-6, 0.25)):
        weight = Parameter(np.full(4, size), "weight")
        optim.AdaFactor([weight], 0.5, eps=(0.0, 0.25), beta1=None, relative_step=False)([np.ones(4)])
        np.testing.assert_allclose(weight, size - 0.5 * scale, rtol=1e-12)


def test_ftrl_by_hand() -> None:
    """Two steps with both penalties; z is 0.8 - 0.1, then its second value, both by hand for one weight."""
    weight = Parameter(np.array([2.0, 0.0]), "weight")
    optimizer = optim.FTRL([weight], initial_accum=0.25, learning_rate=0.5, l1=0.1, l2=0.2)
    w, n, z = np.array([2.0, 0.0]), 0.25, 0.0
    for g in (np.array([0.8, -0.05]), np.array([-3.0, 0.01])):
        optimizer([g])
        z = z + g - (np.sqrt(n + g * g) - np.sqrt(n)) / 0.5 * w
        n = n + g * g
        w = np.where(np.abs(z) > 0.1, (np.sign(z) * 0.1 - z) / (np.sqrt(n) / 0.5 + 0.4), 0.0)
        np.testing.assert_allclose(weight, w, rtol=1e-12, atol=1e-15)


def test_a_rule_is_compiled_once_however_its_numbers_change() -> None:
    optimizer = optim_ex.Adam([Parameter([1.0])], lr=0.1)
    optimizer([np.ones(1)])
    before = len(PROGRAMS)
    for k in range(5):
        optimizer.param_groups[0].update(betas=(0.5 + k / 20, 0.9), weight_decay=0.0, lr=0.1 * k, eps=1e-3 * k)
        optimizer([np.ones(1)])
    assert len(PROGRAMS) <= before + 1  # an epsilon of 0 is a form of its own


def test_huge_gradients_leave_rmsprop_where_it_is() -> None:
    """Their squares are infinite, so the step is 0 (as in torch), not infinity less infinity."""
    for optimizer in (optim_ex.RMSprop([Parameter([1.0])], lr=0.1), optim.RMSProp([Parameter([1.0])], 0.1)):
        for _ in range(3):
            optimizer([np.full(1, 1e30)])
        assert float(optimizer.parameters[0][0]) == 1
