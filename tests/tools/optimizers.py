"""Every optimizer of both faces, with options that make it run, and parameters for it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from lrkit import Parameter, optim, optim_ex

NN: dict[str, dict[str, Any]] = {
    "SGD": {"learning_rate": 0.1},
    "Momentum": {"learning_rate": 0.02, "momentum": 0.9},
    "RMSProp": {"learning_rate": 0.02},
    "Adagrad": {"learning_rate": 0.5},
    "Adadelta": {"learning_rate": 1.0, "epsilon": 1e-2},
    "Adam": {"learning_rate": 0.05},
    "AdaMax": {"learning_rate": 0.05},
    "AdamWeightDecay": {"learning_rate": 0.02},
    "Lamb": {"learning_rate": 0.02},
    "FTRL": {"learning_rate": 0.5},
    "AdaFactor": {"learning_rate": 0.05, "relative_step": False},
    "Rprop": {"learning_rate": 0.05},
    "ASGD": {"learning_rate": 0.1},
    "ProximalAdagrad": {"learning_rate": 0.5},
    "LazyAdam": {"learning_rate": 0.05},
    "AdamOffload": {"learning_rate": 0.05},
}

EX: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 0.1},
    "Adam": {"lr": 0.05},
    "AdamW": {"lr": 0.05},
    "Adamax": {"lr": 0.05},
    "NAdam": {"lr": 0.05},
    "RAdam": {"lr": 0.05},
    "RMSprop": {"lr": 0.02},
    "Adagrad": {"lr": 0.5},
    "Adadelta": {"lr": 1.0, "eps": 1e-2},
    "Rprop": {"lr": 0.05},
    "ASGD": {"lr": 0.1},
}

VARIANTS: dict[str, list[dict[str, Any]]] = {
    "SGD": [{"momentum": 0.9, "dampening": 0.5}, {"momentum": 0.9, "nesterov": True}],
    "Momentum": [{"use_nesterov": True}],
    "RMSProp": [{"centered": True, "momentum": 0.5}],
    "RMSprop": [{"centered": True, "momentum": 0.5}],
    "Adam": [{"use_nesterov": True}, {"use_amsgrad": True}, {"use_nesterov": True, "use_amsgrad": True}],
    "Adam/ex": [{"amsgrad": True}],
    "AdamW": [{"amsgrad": True}],
    "Adagrad": [{"update_slots": False, "learning_rate": 0.01}],
    "Adagrad/ex": [{"lr_decay": 0.1}],
    "FTRL": [{"l1": 0.01, "l2": 0.01, "lr_power": -0.3}],
    "ASGD": [{"t0": 1.0, "lambd": 0.01}],
    "ASGD/ex": [{"t0": 1.0, "lambd": 0.01}],
    "ProximalAdagrad": [{"l1": 0.01, "l2": 0.01}],
    "AdaFactor": [{"beta1": None}, {"scale_parameter": False}, {"learning_rate": None, "relative_step": True}],
}


class Made:
    """An optimizer class of one of the faces with options that make it run."""

    def __init__(self, face: Any, name: str, options: dict[str, Any]) -> None:
        self.cls, self.options, self.is_nn = getattr(face, name), options, face is optim
        self.rate = "learning_rate" if self.is_nn else "lr"

    @property
    def decayed(self) -> dict[str, float]:
        """What makes a group decay its weights; nothing where no group can."""
        return {} if self.cls is optim_ex.Rprop else {"weight_decay": 0.1}

    def __call__(self, params: Any, **options: Any) -> Any:
        return self.cls(params, **self.options | options)


def _all() -> dict[str, Made]:
    made = {}
    for face, table, suffix in ((optim, NN, ""), (optim_ex, EX, "/ex")):
        for name, options in table.items():
            label = f"{face.__name__.rpartition('.')[2]}.{name}"
            made[label] = Made(face, name, options)
            shared = VARIANTS.get(name, []) if face is optim or name in ("SGD", "RMSprop", "AdamW") else []
            for variant in VARIANTS.get(name + suffix, shared):
                text = ",".join(f"{k}={v}" for k, v in variant.items())
                made[f"{label}({text})"] = Made(face, name, options | variant)
    return made


ALL = _all()

every = pytest.mark.parametrize("make", ALL.values(), ids=ALL.keys())

plain = {name: make for name, make in ALL.items() if "(" not in name}


def parameters(dtype: Any = np.float32) -> list[Parameter]:
    """Of several shapes: in bundles, alone in chunks, without dimensions, without elements."""
    rng = np.random.default_rng(5)
    shapes = {"conv.weight": (4, 3, 2), "norm.beta": (3,), "scalar": (), "none": (0, 2), "large": (150, 250)}
    return [Parameter(np.asarray(rng.normal(size=shape), dtype), name) for name, shape in shapes.items()]


def gradients(params: Any, step: int) -> list[np.ndarray]:
    rng = np.random.default_rng(step)
    return [np.asarray(rng.normal(size=p.shape), p.dtype) for p in params]


def bits(params: Any) -> list[bytes]:
    return [p.asnumpy().tobytes() for p in params]


def snapshot(optimizer: Any) -> Any:
    state = {key: np.array(value).tobytes() for key, value in optimizer.state_dict().items()}
    return bits(optimizer.parameters), state


def through_a_file(state: dict[str, Any]) -> Any:
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    return np.load(file, allow_pickle=False)
