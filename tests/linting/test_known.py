"""No finding on published set-ups, nor on what public runs had, but for what is known of them."""

from __future__ import annotations

import pytest

import lrkit
from tests.tools.known_logs import known_logs

EXPLAINED = {
    "nanogpt_cosine_4digits.csv": ("peak/twice",),  # at W - 1 and at W
    "detectron2_multistep_warmup.csv": ("warmup/too-long",),  # it ends exactly at the first milestone
}
LENGTHS = {  # as their configurations state them
    "hf_linear_fp16_skips_a.csv": 5000, "hf_linear_fp16_skips_b.csv": 5000, "hf_linear_sparse.csv": 5490,
    "hf_linear_four_rows.csv": 45, "hf_linear_new_convention.csv": 3765, "hf_linear_truncated.csv": 9411,
    "hf_cosine_warmup.csv": 8660, "hf_cosine_new_convention.csv": 2178, "hf_cosine_round_numbers.csv": 1000,
    "hf_cosine_every_step.csv": 14973, "hf_cosine_min_lr_tiny.csv": 21, "hf_polynomial_lr_end.csv": 22,
    "hf_constant.csv": 10_000, "hf_constant_with_warmup.csv": 100_000, "dvclive_linear.csv": 741,
    "nanogpt_cosine_4digits.csv": 50, "nanogpt_cosine_5000.csv": 5000, "llmc_cosine_6decimals.csv": 19_560,
    "nanochat_wsd_2decimals.csv": 22_000, "timm_summary_cosine.csv": 5, "lightning_onecycle_tail.csv": 28_080,
    "megatron_cosine.csv": 1_024_000, "detectron2_multistep_warmup.csv": 1500,
}  # fmt: skip
LOGS = {file: log for file, log in known_logs().items() if log.expression}


@pytest.mark.parametrize("name", lrkit.recipes())
def test_no_finding_on_a_recipe(name: str) -> None:
    recipe = lrkit.recipe(name)
    assert lrkit.lint(recipe).items == lrkit.lint(recipe.schedule).items == ()


@pytest.mark.parametrize("file", LOGS)
def test_no_finding_on_a_public_run_but_what_is_known(file: str) -> None:
    schedule = LOGS[file].truth
    assert lrkit.lint(schedule).codes == EXPLAINED.get(file, ())
    if file in LENGTHS:
        assert lrkit.lint(schedule, LENGTHS[file]).codes == EXPLAINED.get(file, ())


def test_a_run_that_is_all_warm_up_never_reaches_its_peak() -> None:
    # detectron2 with WARMUP_ITERS 1000 and MAX_ITER 1000
    found = lrkit.lint(LOGS["detectron2_appended_runs.csv"].truth, 1000)
    assert found.codes == ("peak/never",)
    assert found[0].step == 999
