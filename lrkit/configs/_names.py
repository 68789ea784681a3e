"""The training systems whose configs are written: known without loading them."""

from __future__ import annotations

from typing import Literal, get_args

ConfigOf = Literal["deepspeed", "megatron", "trainer", "mmengine", "paddle", "maxtext"]
CONFIGS: tuple[str, ...] = get_args(ConfigOf)
