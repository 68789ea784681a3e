"""`layer_decay` against timm's own scales, and the formulas of BEiT, MAE and ELECTRA."""

from __future__ import annotations

from typing import Any

import pytest
from loading import imported

import lrkit

ONE = lrkit.ConstantLR(1.0)


def scales(**options: Any) -> dict[str, float]:
    return {name: schedule(0) for name, schedule in lrkit.layer_decay(ONE, **options).items()}


@pytest.mark.parametrize(
    "name", ["vit_tiny_patch16_224", "deit_tiny_patch16_224", "beit_base_patch16_224", "swin_tiny_patch4_window7_224"]
)
@pytest.mark.parametrize(("decay", "min_scale"), [(0.75, 0.0), (0.5, 0.01)])
def test_scales_are_timms(name: str, decay: float, min_scale: float) -> None:
    """Of a model with blocks that timm groups one by one: its groups, from the stem to the head."""
    torch, optim, timm = imported("torch"), imported("timm.optim"), imported("timm")
    with torch.device("meta"):
        model = timm.create_model(name)
    groups = optim.param_groups_layer_decay(model, layer_decay=decay, min_scale=min_scale)
    theirs = sorted({group["lr_scale"] for group in groups})
    layers = len(timm.models.group_parameters(model, model.group_matcher(coarse=False), reverse=False)) - 2
    ours = scales(layers=layers, decay=decay, convention="timm", min_scale=min_scale)
    assert sorted(set(ours.values())) == theirs


def test_mae_fine_tunes_vit_b_so() -> None:
    """BEiT's and MAE's formula with L = 12 and d = .75, by hand: .75 ** 13 at the embeddings, .75 at the last block."""
    found = scales(layers=12, decay=0.75)
    assert list(found) == ["embeddings", *(f"layer {i}" for i in range(1, 13)), "head"]
    assert found["embeddings"] == pytest.approx(0.02375726401805877, rel=1e-15)
    assert (found["layer 12"], found["head"]) == (0.75, 1.0)


def test_electra_base_has_two_steps_below_the_head() -> None:
    """Lr · d ** (n_layers + 2 - depth), depth 0 for embeddings and i + 1 for the layer numbered i, by hand."""
    found = scales(layers=12, decay=0.8, convention="electra")
    assert found["head"] == 1.0
    assert found["layer 12"] == pytest.approx(0.64, rel=1e-15)
    assert found["embeddings"] == pytest.approx(0.04398046511104, rel=1e-14)  # .8 ** 14


def test_frozen_layers_are_left_out() -> None:
    assert list(scales(layers=3, decay=0.1, no_opt_scale=0.005)) == ["layer 2", "layer 3", "head"]


def test_every_layer_has_the_shape_of_the_schedule() -> None:
    plan = lrkit.CosineDecayLR(0.0, 1e-3, 90).warmup(10)
    groups = lrkit.layer_decay(plan, layers=2, decay=0.5)
    steps = range(120)
    for name, factor in (("embeddings", 0.125), ("layer 1", 0.25), ("layer 2", 0.5), ("head", 1.0)):
        assert groups[name].to_list(120) == [factor * plan(step) for step in steps]


def test_torch_takes_the_groups() -> None:
    torch = imported("torch")
    groups = lrkit.layer_decay(lrkit.ConstantLR(0.5).warmup(2), layers=2, decay=0.5)
    optimizer = torch.optim.SGD([{"params": [torch.zeros(1)]} for _ in groups], lr=1.0)
    scheduler = lrkit.to_torch([*groups.values()], optimizer)
    scheduler.step()
    assert [group["lr"] for group in optimizer.param_groups] == [0.25 / 8, 0.25 / 4, 0.25 / 2, 0.25]


REFUSED = [
    ({"layers": 0}, ValueError, r"^layer_decay: layers must be an integer >= 1, got 0$"),
    ({"layers": 2.5}, TypeError, "^layer_decay: layers must be an integer"),
    ({"decay": 0.0}, ValueError, r"^layer_decay: decay must be a number > 0 and <= 1, got 0.0$"),
    ({"decay": 1.5}, ValueError, "^layer_decay: decay must be a number"),
    ({"decay": True}, TypeError, "^layer_decay: decay must be a number"),
    ({"min_scale": -1.0}, ValueError, "^layer_decay: min_scale must be a number"),
    (
        {"convention": ["beit"]},
        TypeError,
        r"^layer_decay: convention must be 'beit', 'timm' or 'electra', got \['beit'\]$",
    ),
    ({"convention": "bert"}, ValueError, r"^layer_decay: convention must be 'beit', 'timm' or 'electra', got 'bert'$"),
]


@pytest.mark.parametrize(("options", "kind", "message"), REFUSED)
def test_refused(options: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        lrkit.layer_decay(ONE, **options)
    with pytest.raises(TypeError, match=r"^layer_decay: schedule"):
        lrkit.layer_decay("cosine")
