"""How each framework counts batches, updates, fractions of epochs and ratios; each stated once, with its source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Way = Literal["up", "down", "nearest"]


@dataclass(frozen=True)
class Rounding:
    """What a framework does with a number of batches, updates or samples that is not whole.

    Parameters
    ----------
    title : str
        What it is the rounding of.
    epoch_end : {"step", "carry", "stream"}
        What happens to gradients at the end of an epoch: an update is made of them, they are carried into the next
        epoch, or epochs follow one another without a break, within a batch too.
    way : {"up", "down", "nearest"}
        How a number of updates is made whole.
    ratio : {"exact up", "float up", "float down", "float nearest"}
        How a share of the run is made whole, and whether it is multiplied as a decimal number or as a float.
    source : str
        Where this was read.
    floats : bool
        Whether epochs, too, are multiplied as floats.
    whole_epochs : bool
        Whether the updates of an epoch are rounded down although gradients are carried over its end.
    drops : bool
        Whether an incomplete last batch of an epoch is always left out.
    padded : bool
        Whether each process gets the same number of samples, some of them twice, before incomplete batches are left
        out.
    """

    title: str
    epoch_end: Literal["step", "carry", "stream"]
    way: Way
    ratio: Literal["exact up", "float up", "float down", "float nearest"]
    source: str
    floats: bool = False
    whole_epochs: bool = False
    drops: bool = False
    padded: bool = False

    def batches(self, samples: int, batch: int, processes: int, *, drop_last: bool) -> int:
        """The batches of one process in an epoch, as its loader counts them."""
        if not (drop_last or self.drops):
            return -(-samples // (batch * processes))
        return -(-samples // processes) // batch if self.padded else samples // (batch * processes)

    def whole(self, updates: Fraction) -> int:
        """A number of updates, made whole."""
        return made_whole(updates, self.way)

    def share(self, ratio: int | float, total: int) -> int:
        """A share of a run in updates."""
        kind, _, way = self.ratio.partition(" ")
        product = exact(ratio) * total if kind == "exact" else Fraction(ratio * total)
        return made_whole(product, way)

    def epochs(self, epochs: int | float, epoch: Fraction) -> int:
        """The updates in a number of epochs, of which one has `epoch` updates."""
        product = Fraction(epochs * float(epoch)) if self.floats else exact(epochs) * epoch
        return self.whole(product)


def exact(number: int | float) -> Fraction:
    """A number as it is written: 0.07 is 7/100, and not the nearest float."""
    return Fraction(repr(number))


def made_whole(number: Fraction, way: str) -> int:
    """`number` as an integer: of two that are equally near, the even one."""
    if way == "nearest":
        return round(number)
    return math.ceil(number) if way == "up" else math.floor(number)


ROUNDINGS = {
    "exact": Rounding(
        "no framework: every sample is seen once an epoch, and an update that is begun counts",
        "step", "up", "exact up", "lrkit: decimal numbers are taken as they are written",
    ),
    "hf": Rounding(
        "transformers' Trainer",
        "step", "up", "float up",
        "transformers 5: Trainer.set_initial_training_values, TrainingArguments.get_warmup_steps (both math.ceil)",
        floats=True,
    ),
    "hf_4_45": Rounding(
        "transformers' Trainer before 4.46",
        "carry", "up", "float up",
        "transformers 4.45: Trainer._inner_training_loop (len_dataloader // gradient_accumulation_steps, at least 1)",
        floats=True, whole_epochs=True,
    ),
    "accelerate": Rounding(
        "loops on Accelerate",
        "step", "up", "float down",
        "accelerate: data_loader.BatchSamplerShard.__len__; an accumulation ends with the loader, so that an epoch has "
        "ceil(batches / accumulation) updates. Its scheduler steps once for each process at every update",
    ),
    "lightning": Rounding(
        "Lightning's Trainer",
        "step", "up", "float down",
        "lightning: Trainer.estimated_stepping_batches; torch's DistributedSampler, which fills up each process",
        padded=True,
    ),
    "keras": Rounding(
        "Keras",
        "carry", "down", "float down",
        "keras: trainers/data_adapters/array_data_adapter.py (num_batches), optimizers/base_optimizer.py (iterations)",
    ),
    "timm": Rounding(
        "timm's training script",
        "step", "up", "float down",
        "timm: data/loader.py (drop_last=is_training, torch's DistributedSampler), train.py (updates_per_epoch)",
        drops=True, padded=True,
    ),
    "megatron": Rounding(
        "Megatron-LM",
        "stream", "down", "float up",
        "NVIDIA/Megatron-LM: training.py (update_train_iters: train_samples // global_batch_size), "
        "core/num_microbatches_calculator.py. A warm-up fraction is not rounded there: "
        "its peak lies between two updates, of which the later one is given",
    ),
    "deepspeed": Rounding(
        "DeepSpeed's engine with its own loader",
        "carry", "down", "float down",
        "deepspeedai/DeepSpeed: runtime/engine.py (is_gradient_accumulation_boundary counts micro-steps of the whole "
        "run), runtime/dataloader.py",
        padded=True,
    ),
    "big_vision": Rounding(
        "big_vision",
        "stream", "nearest", "float nearest",
        "google-research/big_vision: big_vision/utils.py (steps)",
        floats=True,
    ),
}  # fmt: skip
"""The roundings that `Budget` knows, by name."""
