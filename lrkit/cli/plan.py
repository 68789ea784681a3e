"""``lrkit plan``: the numbers of updates of a run."""

from __future__ import annotations

import json
from typing import Any

import click

from ..budget import ROUNDINGS, Budget
from . import _options as options
from ._command import cli
from ._output import say

SHARES = (0.01, 0.03, 0.05, 0.1)
EPOCHS = (1, 5, 10)
COLUMNS = ("length", "updates", "epochs", "samples", "tokens", "hours")


@cli.command("plan")
@options.budget("The size of the run.", passed=True, required=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def plan_command(budget: Budget, as_json: bool) -> None:
    """Say how many updates a run has, and what a warm-up of a part of it is: in epochs, samples, tokens and hours.

    TEXT is made of words such as batch=256, a number of which may be arithmetic:

    \b
    samples, tokens, batches   the data of one epoch: one of them; batches
                               are those of one process, as a loader's len
    epochs, updates, hours     the length; tokens and samples, too, beside
                               other data; default: one epoch
    updates_per_second         the speed, which hours need
    batch                      samples in a batch of one process
    accumulation, processes    how many of those make an update; default: 1
    sequence                   tokens in a sample, which tokens need
    drop_last=true             incomplete batches are left out
    ramp=192,16,9765625        a batch size that grows, as Megatron's
    ramp=0:256,10B:512         options say it
    rounding                   exact, hf, hf_4_45, accelerate, lightning,
                               keras, timm, megatron, deepspeed, big_vision
    """  # noqa: D301 (the backspace is click's mark for lines to keep)
    rows = rows_of(budget)
    if as_json:
        rounding = ROUNDINGS[budget.rounding]
        say(json.dumps(
            {
                "budget": budget.text,
                "sentence": str(budget),
                "total": budget.total,
                "epoch": budget.epoch if budget.has_epochs else None,
                "batch_size": budget.batch_size,
                "rounding": {"name": budget.rounding, "title": rounding.title, "source": rounding.source},
                "rows": rows,
            },
            indent=2,
        ))  # fmt: skip
        return
    say(f"{budget}\n\n{_table(rows)}\n\nRounding {budget.rounding!r}: {ROUNDINGS[budget.rounding].source}")


def rows_of(budget: Budget) -> list[dict[str, Any]]:
    """A row for the run, for an epoch, and for the parts that warm-ups commonly are."""
    lengths = {"the run": budget.total}
    if budget.has_epochs:
        lengths |= {f"{n} epoch{'s' if n > 1 else ''}": budget.epochs(n) for n in EPOCHS}
    lengths |= {f"{share:.0%}": budget.part(share) for share in SHARES}
    return [_row(budget, name, updates) for name, updates in lengths.items() if updates <= budget.total]


def _row(budget: Budget, name: str, updates: int) -> dict[str, Any]:
    there = budget.at(updates)
    return {
        "length": name, "updates": updates, "epochs": there.epoch, "samples": there.samples, "tokens": there.tokens,
        "hours": there.hours,
    }  # fmt: skip


def _table(rows: list[dict[str, Any]]) -> str:
    columns = [name for name in COLUMNS if rows[0][name] is not None]
    cells = [columns, *([_cell(row[name]) for name in columns] for row in rows)]
    widths = [max(len(line[k]) for line in cells) for k in range(len(columns))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    )


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
