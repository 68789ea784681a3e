"""The training systems whose configs are written: known without loading them."""

from __future__ import annotations

from typing import Literal, get_args

ConfigOf = Literal[
    "ultralytics", "yolov5", "mmengine", "detectron2_before_fvcore", "detectron2", "paddle", "fairseq", "composer",
    "levanter", "maxtext", "scenic", "t5x", "big_vision", "easylm", "fastai", "ignite", "deepspeed", "megatron", "nemo",
    "torchtune", "torchtitan", "axolotl", "nanochat", "litgpt", "llm.c", "build-nanogpt", "nanogpt", "accelerate",
    "trainer",
]  # fmt: skip
CONFIGS: tuple[str, ...] = get_args(ConfigOf)
