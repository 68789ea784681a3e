"""Published set-ups: the steps, epochs or tokens that their sources state, from the other numbers that they state."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pytest

import lrkit
from lrkit import Budget

IMAGENET = 1_281_167
"""Training images: dmlc/gluon-cv, scripts/classification/imagenet/train_imagenet.py."""


@dataclass(frozen=True)
class Setup:
    """A budget, what its source states of it, and where."""

    budget: Budget
    stated: dict[str, float]
    source: str


def of_recipe(name: str) -> int:
    return lrkit.recipe(name).steps


SETUPS = {
    "llama_7b": Setup(
        Budget(tokens=1.0e12, batch=4e6, sequence=1), {"total": of_recipe("llama_7b")}, "arXiv:2302.13971, table 2"
    ),
    "llama_65b": Setup(
        Budget(tokens=1.4e12, batch=4e6, sequence=1), {"total": of_recipe("llama_65b")}, "arXiv:2302.13971, table 2"
    ),
    "deepseek_llm_7b": Setup(
        Budget(tokens=2.0e12, batch=2304, sequence=4096, rounding="megatron"),
        {"total": of_recipe("deepseek_llm_7b")},
        "arXiv:2401.02954, table 2",
    ),
    "minicpm": Setup(
        Budget(tokens=1.1e12, batch=3.93e6, sequence=1, drop_last=True, rounding="megatron"),
        {"total": of_recipe("minicpm"), "tokens(1e12)": 254_452},
        "arXiv:2404.06395, section 6.2 and table 2",
    ),
    "olmo_7b": Setup(
        Budget(tokens=2e12, batch=2048, sequence=2048, drop_last=True),
        {"total": of_recipe("olmo_7b")},
        "allenai/OLMo, configs/official/OLMo-7B.yaml",
    ),
    "olmo_1b": Setup(
        Budget(updates=739_328, batch=2048, sequence=2048),
        {"tokens to 2 digits": 3.1e12},
        "allenai/OLMo, configs/official/OLMo-1B.yaml: 739_328 (3.1T tokens)",
    ),
    "pythia": Setup(
        Budget(tokens=299_892_736_000, batch=1024, sequence=2048, rounding="megatron"),
        {"total": of_recipe("pythia_6_9b")},
        "EleutherAI/pythia, README.md: 299,892,736,000 tokens; models/6.9B/pythia-6.9b.yml: 143000 iterations",
    ),
    "resnet50_cosine": Setup(
        Budget(samples=IMAGENET, batch=128, processes=8, epochs=120, drop_last=True),
        {"total": of_recipe("resnet50_cosine"), "epochs(5)": 6255},
        "dmlc/web-data, gluoncv/logs/classification/imagenet/resnet50_v1b.log, whose rates confirm 1251 batches",
    ),
    "resnet50_step": Setup(
        Budget(samples=1.28e6, batch=32, processes=256, epochs=90, drop_last=True),
        {"total": of_recipe("resnet50_step"), "epochs(5)": 780, "epochs(30)": 4680, "epochs(80)": 12480},
        "arXiv:1706.02677, sections 2.2, 5.1 and 5.2: 256 GPUs with 32 images each",
    ),
    "vit_imagenet": Setup(
        Budget(samples=IMAGENET, batch=4096, epochs=300, rounding="big_vision"),
        {"total": of_recipe("vit_imagenet")},
        "arXiv:2010.11929, table 3",
    ),
    "vit_s16": Setup(
        Budget(samples=int(IMAGENET * 0.99), batch=1024, epochs=90, rounding="big_vision"),
        {"total": of_recipe("vit_s16")},
        "google-research/big_vision, configs/vit_s16_i1k.py and utils.py",
    ),
    "sgdr": Setup(
        Budget(samples=50_000, batch=128, epochs=200), {"epoch": 391}, "arXiv:1608.03983: batches of 128 on CIFAR"
    ),
    "t5": Setup(
        Budget(updates=2**19, batch=128, sequence=512),
        {"tokens to 2 digits": 3.4e10},
        "arXiv:1910.10683, section 3.1.2: 2^19 steps of 128 sequences of 512, 34B tokens",
    ),
    "gpt3_megatron": Setup(
        Budget(tokens=300e9, batch=1536, sequence=2048, ramp="16 16 5859375", rounding="megatron"),
        {"samples of data": 146_484_375, "tokens of the ramp": 12e9},
        "NVIDIA/Megatron-LM, README.md: rampup-batch-size 16 16 5859375; its runs of 300B tokens: 146484375 samples",
    ),
    "bloom_176b": Setup(
        Budget(samples=220_000_000, batch=2048, sequence=2048, ramp="192 16 9765625",
               rounding="megatron"),
        {"tokens to 2 digits": 4.5e11, "tokens of the ramp": 20e9},
        "bigscience-workshop/bigscience, train/tr11-176B-ml: 220M samples, 450B tokens; the ramp's samples, 20B tokens",
    ),
    "build_nanogpt": Setup(
        Budget(tokens=10e9, batch=2**19, sequence=1, rounding="megatron"),
        {"total": 19_073, "tokens(375e6)": 715},
        "karpathy/build-nanogpt, train_gpt2.py: 19,073 steps of 0.5M tokens for 10B; warm-up of 715",
    ),
    "nanogpt": Setup(
        Budget(updates=600_000, batch=12, accumulation=5, processes=8, sequence=1024),
        {"tokens an update": 491_520},
        "karpathy/nanoGPT, config/train_gpt2.py: 12 * 1024 * 5 * 8 = 491,520",
    ),
    "coco_1x": Setup(
        Budget(samples=117_266, batch=2, processes=8, epochs=12),
        {"epoch": 7330},
        "logs of mmdetection: [1][50/7330]; 117,266 images of COCO have objects",
    ),
    "llamafactory_4783": Setup(
        Budget(samples=900, batch=1, processes=2, accumulation=8, epochs=10, rounding="hf_4_45"),
        {"total": 560, "samples an update": 16},
        "hiyouga/LlamaFactory issue 4783, July 2024: 900 examples, 10 epochs, 560 optimization steps",
    ),
    "trainer_6668": Setup(
        Budget(samples=6668, batch=2, accumulation=2, epochs=3, rounding="hf"),
        {"total": 5001, "samples an update": 4},
        "blog.csdn.net/Yaki_Duck/article/details/145152631: what the Trainer printed",
    ),
    "log_llamafactory": Setup(
        Budget(updates=8660, rounding="hf"), {"part(0.1)": 866}, "numbers of public runs: hf_cosine_warmup"
    ),
    "log_new_convention": Setup(
        Budget(updates=2178, rounding="hf"), {"part(0.05)": 109}, "numbers of public runs: hf_cosine_new_convention"
    ),
    "log_dvclive": Setup(
        Budget(updates=741, rounding="hf"), {"part(0.1)": 75}, "numbers of public runs: dvclive_linear, params.yaml"
    ),
    "log_one_cycle": Setup(
        Budget(batches=312, epochs=90, rounding="lightning"),
        {"total": 28_080},
        "numbers of public runs: lightning_onecycle_tail",
    ),
    "log_megatron": Setup(
        Budget(updates=800, batch=1024, rounding="megatron"),
        {"samples at part(0.01)": 8192},
        "numbers of public runs: megatron_cosine, lr_warmup_fraction 0.01 of 800 iterations of 1024",
    ),
}  # fmt: skip


def two_digits(number: float) -> float:
    return float(f"{number:.1e}")


FOUND: dict[str, Callable[[Budget], float]] = {
    "total": lambda b: b.total,
    "epoch": lambda b: b.epoch,
    "epochs(5)": lambda b: b.epochs(5),
    "epochs(30)": lambda b: b.epochs(30),
    "epochs(80)": lambda b: b.epochs(80),
    "tokens(1e12)": lambda b: b.tokens(1e12),
    "tokens(375e6)": lambda b: b.tokens(375e6),
    "part(0.1)": lambda b: b.part(0.1),
    "part(0.05)": lambda b: b.part(0.05),
    "samples at part(0.01)": lambda b: b.at(b.part(0.01)).samples,
    "samples an update": lambda b: b.batch_size,
    "samples of data": lambda b: b._counting.samples or 0,
    "tokens to 2 digits": lambda b: two_digits(b.at(b.total).tokens or 0),
    "tokens an update": lambda b: b.at(1).tokens or 0,
    "tokens of the ramp": lambda b: int((b.ramp or "").split()[2]) * (b.sequence or 0),
}


@pytest.mark.parametrize("name", SETUPS)
def test_what_the_source_states_comes_out(name: str) -> None:
    setup = SETUPS[name]
    found = {what: FOUND[what](setup.budget) for what in setup.stated}
    assert found == setup.stated, setup.source


def test_there_are_twenty_of_them_and_more() -> None:
    assert len(SETUPS) >= 20
    assert all(math.isfinite(value) for setup in SETUPS.values() for value in setup.stated.values())
