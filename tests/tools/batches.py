"""Two runs whose positions are known by hand, as budgets."""

from __future__ import annotations

from lrkit import Budget

# GPT-3 175B (arXiv 2005.14165, appendix B): the batch grows linearly from 32 thousand tokens to 3.2 million over the
# first 12 billion tokens, of 300 billion. In sequences of 2048 tokens: 16, 32, ... 1600 of them, 73 updates each.
GPT3_EACH, GPT3_STEP, GPT3_STAGES, GPT3_SEQUENCE = 73, 16, 100, 2048


def gpt3_tokens(step: int) -> int:
    """What was seen before an update: k stages make 73 * 16 * (1 + ... + k) sequences, the next updates 16 (k + 1)."""
    stages, rest = divmod(step, GPT3_EACH)
    if stages >= GPT3_STAGES:
        stages, rest = GPT3_STAGES, step - GPT3_EACH * GPT3_STAGES
    size = GPT3_STEP * min(stages + 1, GPT3_STAGES)
    return GPT3_SEQUENCE * (GPT3_EACH * GPT3_STEP * stages * (stages + 1) // 2 + rest * size)


GPT3 = Budget(
    updates=95_170,
    sequence=GPT3_SEQUENCE,
    ramp=" ".join(f"{gpt3_tokens(GPT3_EACH * k)}:{GPT3_STEP * (k + 1)}" for k in range(GPT3_STAGES)),
)
IMAGES = Budget(samples=1251 * 1024, batch=1024, epochs=90, updates_per_second=2.5)
"""Nearly ImageNet's 1,281,167 images, 90 times."""
