"""A log of each format, as short as it can be, in the form that its program documents or is known to write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sample:
    """A log and what is in it: for each series the unit, the positions, the rates and the first offset."""

    form: str
    text: str
    series: dict[str, tuple[str, list[float], list[float], int]]
    facts: dict[str, Any] = field(default_factory=dict)
    precision: str = "float64"
    path: str = "log"


LR = "learning_rate"
SAMPLES = {
    "transformers, before 2025-03": Sample(
        "transformers trainer_state.json",
        '{"best_metric": null, "epoch": 1.0, "global_step": 30, "log_history": [\n'
        ' {"epoch": 0.33, "learning_rate": 6.666666666666667e-05, "loss": 1.5, "step": 10},\n'
        ' {"epoch": 0.67, "learning_rate": 3.3333333333333335e-05, "loss": 1.2, "step": 20},\n'
        ' {"epoch": 0.67, "eval_loss": 1.1, "step": 20},\n'
        ' {"epoch": 1.0, "learning_rate": 0.0, "loss": 1.0, "step": 30},\n'
        ' {"epoch": 1.0, "step": 30, "total_flos": 1.0, "train_runtime": 9.0}\n'
        '], "max_steps": 30, "num_train_epochs": 1, "train_batch_size": 8}\n',
        {LR: ("step", [10, 20, 30], [6.666666666666667e-05, 3.3333333333333335e-05, 0.0], 0)},
        {"total": 30, "epochs": 1, "batch": 8, "trainer": "transformers"},
    ),
    "transformers, since 2025-03": Sample(
        "transformers trainer_state.json",
        '{"best_global_step": null, "log_history": [{"learning_rate": 0.0001, "step": 1}, '
        '{"learning_rate": 6.666666666666667e-05, "step": 2}], "max_steps": 3}',
        {LR: ("step", [1, 2], [0.0001, 6.666666666666667e-05], -1)},
        {"total": 3},
    ),
    "transformers console": Sample(
        "transformers console",
        " 33%|###       | 10/30 [00:01<00:02,  9.9it/s]\r"
        "{'loss': 1.5, 'grad_norm': 0.5, 'learning_rate': 6.666666666666667e-05, 'epoch': 0.33}\n"
        "{'eval_loss': 1.1, 'epoch': 0.67}\n"
        "{'loss': '1.2', 'learning_rate': '3.333e-05', 'epoch': '0.67'}\n",
        {LR: ("row", [1, 2], [6.666666666666667e-05, 3.333e-05], -1)},
        {"total": 30},
    ),
    "transformers console, its length known": Sample(
        "transformers console",
        "  Num Epochs = 2\n  Total optimization steps = 1,000\n"
        "{'loss': '1.374', 'learning_rate': '0.0003', 'epoch': '0.5'}\n"
        "{'loss': '1.374', 'learning_rate': '0.0002561', 'epoch': '1'}\n"
        "{'loss': '1.374', 'learning_rate': '0.00015', 'epoch': '1.5'}\n",
        {LR: ("step", [250, 500, 750], [0.0003, 0.0002561, 0.00015], -1)},
        {"total": 1000, "epochs": 2},
    ),
    "transformers console, at its end": Sample(
        "transformers console",
        "{'loss': '1.374', 'learning_rate': '6e-05', 'epoch': '0.05'}\n"
        "{'loss': '2.318', 'learning_rate': '0.000135', 'epoch': '0.1'}\n"
        "{'train_runtime': '2.659', 'train_steps_per_second': '75.23', 'train_loss': '1.5', 'epoch': '2'}\n",
        {LR: ("step", [5, 10], [6e-05, 0.000135], -1)},
        {"total": 200, "epochs": 2},
    ),
    "LLaMA-Factory": Sample(
        "LLaMA-Factory trainer_log.jsonl",
        '{"current_steps": 5, "total_steps": 20, "loss": 1.1, "lr": 4e-05, "epoch": 0.5, "percentage": 25.0}\n'
        '{"current_steps": 10, "total_steps": 20, "eval_loss": 1.1, "epoch": 1.0}\n'
        '{"current_steps": 10, "total_steps": 20, "loss": 1.0, "lr": 2.1000000000000002e-05, "epoch": 1.0}\n',
        {"lr": ("step", [5, 10], [4e-05, 2.1000000000000002e-05], -1)},
        {"total": 20},
    ),
    "LLaMA-Factory, older": Sample(
        "LLaMA-Factory trainer_log.jsonl",
        '{"current_steps": 5, "total_steps": 20, "loss": 1.1, "learning_rate": 3.3333333333333335e-05}\n',
        {LR: ("step", [5], [3.3333333333333335e-05], 0)},
    ),
    "Lightning": Sample(
        "Lightning metrics.csv",
        "epoch,lr-AdamW/pg1,lr-AdamW/pg1-momentum,lr-AdamW/pg2,step,train_loss\n"
        ",0.001,0.9,0.0001,0,\n0,,,,49,0.7\n,0.0009755282581475768,0.9,9.755282581475769e-05,50,\n",
        {
            "lr-AdamW/pg1": ("step", [0, 50], [0.001, 0.0009755282581475768], 0),
            "lr-AdamW/pg2": ("step", [0, 50], [0.0001, 9.755282581475769e-05], 0),
            "lr-AdamW/pg1-momentum": ("step", [0, 50], [0.9, 0.9], 0),
        },
        {"trainer": "Lightning"},
    ),
    "Lightning, logged by hand": Sample(
        "table",
        "epoch,learning_rate,step,val_loss\n0,0.1,49,\n0,,49,0.5\n1,0.05000000074505806,99,\n",
        {LR: ("step", [49, 99], [0.1, 0.05000000074505806], 0)},
    ),
    "Keras 3": Sample(
        "Keras CSVLogger",
        "epoch,accuracy,learning_rate,loss\n0,0.5,0.0010000000474974513,1.2\n1,0.6,0.0005000000237487257,1.0\n",
        {LR: ("epoch", [0, 1], [0.0010000000474974513, 0.0005000000237487257], 0)},
        precision="float32",
    ),
    "Keras 2": Sample(
        "Keras CSVLogger",
        "epoch,loss,lr\n0,1.2,1.19999995e-05\n1,1.0,6e-06\n2,0.9,3e-06\n",
        {"lr": ("epoch", [0, 1, 2], [1.19999995e-05, 6e-06, 3e-06], 0)},
        precision="float32",
    ),
    "Keras history": Sample(
        "Keras history",
        '{"loss": [1.2, 1.0], "lr": [0.0010000000474974513, 0.0005000000237487257]}',
        {"lr": ("epoch", [0, 1], [0.0010000000474974513, 0.0005000000237487257], 0)},
        precision="float32",
    ),
    "timm": Sample(
        "timm summary.csv",
        "epoch,train_loss,eval_loss,eval_top1,eval_top5,lr\n0,6.9,6.8,0.1,0.5,0.05\n1,6.5,6.4,1,5,0.04522542485937369\n",
        {"lr": ("epoch", [0, 1], [0.05, 0.04522542485937369], 0)},
    ),
    "Ultralytics": Sample(
        "ultralytics results.csv",
        "                  epoch,         train/box_loss,                 lr/pg0,                 lr/pg1\n"
        "                      0,                 1.2345,               0.070545,              0.0032727\n"
        "                      1,                 1.1345,               0.040284,              0.0063445\n",
        {
            "lr/pg0": ("epoch", [0, 1], [0.070545, 0.040284], 0),
            "lr/pg1": ("epoch", [0, 1], [0.0032727, 0.0063445], 0),
        },
        precision="5 digits",
    ),
    "YOLOv5": Sample(
        "YOLOv5 results.csv",
        "               epoch,      train/box_loss,               x/lr0,               x/lr1\n"
        "                   0,              0.1088,            0.003352,            0.070162\n",
        {"x/lr0": ("epoch", [0], [0.003352], 0), "x/lr1": ("epoch", [0], [0.070162], 0)},
    ),
    "detectron2": Sample(
        "detectron2 metrics.json",
        '{"data_time": 0.1, "eta_seconds": 9.5, "iteration": 19, "lr": 4.9952500000000005e-06, "total_loss": 2.5}\n'
        '{"data_time": 0.1, "iteration": 39, "lr": 9.99025e-06, "total_loss": 2.4}\n'
        '{"bbox/AP": 12.5, "iteration": 39}\n',
        {"lr": ("step", [19, 39], [4.9952500000000005e-06, 9.99025e-06], 0)},
    ),
    "mmengine": Sample(
        "mmengine scalars.json",
        '{"base_lr": 0.002, "lr": 0.002, "data_time": 0.01, "epoch": 1, "iter": 50, "memory": 9, "step": 50}\n'
        '{"coco/bbox_mAP": 0.1, "step": 1}\n'
        '{"base_lr": 0.001, "lr": 0.0009999999999999998, "epoch": 2, "iter": 100, "memory": 9, "step": 100}\n',
        {"lr": ("step", [50, 100], [0.002, 0.0009999999999999998], -1)},
    ),
    "mmcv": Sample(
        "mmcv JSON log",
        '{"env_info": "sys.platform: linux", "seed": 0}\n'
        '{"mode": "train", "epoch": 1, "iter": 50, "lr": 0.00199, "loss": 1.5}\n'
        '{"mode": "train", "epoch": 1, "iter": 100, "lr": 0.00398, "loss": 1.5}\n'
        '{"mode": "val", "epoch": 1, "iter": 40, "lr": 0.00398, "bbox_mAP": 0.1}\n',
        {"lr": ("step", [50, 100], [0.00199, 0.00398], -1)},
    ),
    "mmengine console": Sample(
        "mmengine console",
        "2024/01/02 03:04:05 - mmengine - INFO - Epoch(train)  [1][  50/7330]  lr: 1.9820e-03  eta: 9:00:00\n"
        "2024/01/02 03:05:05 - mmengine - INFO - Epoch(train)  [2][  50/7330]  lr: 2.0000e-02  eta: 8:00:00\n",
        {"lr": ("step", [50, 7380], [1.982e-03, 2e-02], -1)},
        {"epoch_steps": 7330},
        "5 digits",
    ),
    "W&B": Sample(
        "W&B chart CSV",
        '"Step","lr-test - train/learning_rate","lr-test - train/learning_rate__MIN",'
        '"lr-test - train/learning_rate__MAX"\n'
        '"0","0.0001","0.0001","0.0001"\n"50","0.00005","0.00005","0.00005"\n',
        {"lr-test - train/learning_rate": ("step", [0, 50], [0.0001, 5e-05], 0)},
    ),
    "MLflow": Sample(
        "MLflow metric",
        "1700000000000 0.0001 10\n1700000001000 6.666666666666667e-05 20\n",
        {"train/learning_rate": ("step", [10, 20], [0.0001, 6.666666666666667e-05], 0)},
        path="mlruns/0/1234/metrics/train/learning_rate",
    ),
    "dvclive": Sample(
        "dvclive TSV",
        "step\tlearning_rate\n0\t1.3333333333333334e-06\n1\t2.666666666666667e-06\n",
        {LR: ("step", [0, 1], [1.3333333333333334e-06, 2.666666666666667e-06], 0)},
    ),
    "Megatron-LM": Sample(
        "Megatron-LM text",
        "[before the start of training step] datetime: 2024-01-01 00:00:00\n"
        " iteration        1/    1000 | consumed samples:         1024 | elapsed time per iteration (ms): 9999.9 | "
        "learning rate: 0.000E+00 | global batch size:  1024 | loss scale: 4294967296.0 | "
        "number of skipped iterations:   1 | number of nan iterations:   0 |\n"
        " iteration        2/    1000 | consumed samples:         2048 | elapsed time per iteration (ms): 999.9 | "
        "learning rate: 1.875E-05 | global batch size:  1024 | lm loss: 1.1E+01 | loss scale: 2147483648.0 | "
        "number of skipped iterations:   0 | number of nan iterations:   0 |\n",
        {"learning rate": ("sample", [0, 1024], [0, 1.875e-05], 0)},
        {"total": 1000, "batch": 1024, "skipped": 1},
        "4 digits",
    ),
    "DeepSpeed": Sample(
        "DeepSpeed text",
        "[2024-01-01 00:00:00,000] [INFO] [logging.py:96:log_dist] [Rank 0] step=10, skipped=2, "
        "lr=[0.00016, 0.00032], mom=[(0.9, 0.999), (0.9, 0.999)]\n"
        "[2024-01-01 00:00:01,000] [INFO] [logging.py:96:log_dist] [Rank 0] step=20, skipped=2, "
        "lr=[0.00035999999999999997, 0.0007199999999999999], mom=[(0.9, 0.999), (0.9, 0.999)]\n",
        {
            "lr/0": ("step", [8, 18], [0.00016, 0.00035999999999999997], 0),
            "lr/1": ("step", [8, 18], [0.00032, 0.0007199999999999999], 0),
        },
        {"skipped": 2},
    ),
    "fairseq": Sample(
        "fairseq text",
        '2022-01-01 00:00:00 | INFO | train_inner | {"epoch": 1, "update": 0.012, "loss": "14.1", "num_updates": "25", '
        '"lr": "1.73333e-05", "gnorm": "2.5"}\n'
        '2022-01-01 00:00:09 | INFO | train_inner | {"epoch": 1, "update": 0.024, "loss": "13.1", "num_updates": "50", '
        '"lr": "3.46667e-05", "gnorm": "2.1"}\n'
        '2022-01-01 00:01:00 | INFO | train | {"epoch": 1, "train_loss": "12", "train_num_updates": "60", '
        '"train_lr": "4.1e-05"}\n',
        {"lr": ("step", [25, 50], [1.73333e-05, 3.46667e-05], 0)},
        precision="6 digits",
    ),
    "fairseq, simple": Sample(
        "fairseq text",
        "2022-01-01 | INFO | train_inner | epoch 001:     50 / 1000 loss=9.1, num_updates=50, lr=1.25e-05, gnorm=2\n",
        {"lr": ("step", [50], [1.25e-05], 0)},
    ),
    "nanoGPT": Sample(
        "nanoGPT text",
        "step     0 | loss: 10.955029 | lr 6.0000e-05 | norm: 15.3366 | dt: 2000.00ms | tok/sec: 100.00\n"
        "0 val 10.9501\n"
        "step     1 | loss: 9.500000 | lr 1.2000e-04 | norm: 5.1000 | dt: 500.00ms | tok/sec: 100.00\n",
        {"lr": ("step", [0, 1], [6e-05, 1.2e-04], 0)},
        precision="5 digits",
    ),
    "nanoGPT, decimals": Sample(
        "nanoGPT text",
        "iter 0: loss 10.9, time 2000.00ms, lr: 0.000010\niter 10: loss 9.5, time 500.00ms, lr: 0.000110\n",
        {"lr": ("step", [0, 10], [1e-05, 1.1e-04], 0)},
        precision="6 decimals",
    ),
    "llm.c": Sample(
        "llm.c main.log",
        "s:0 tel:11.0388\ns:0 trl:11.0394 lr:0.000001 norm:15.23\ns:1 trl:10.9901 lr:0.000010 norm:14.50\n",
        {"lr": ("step", [0, 1], [1e-06, 1e-05], 0)},
        precision="6 decimals",
    ),
    "nanochat": Sample(
        "nanochat text",
        "step 00000/22000 (0.00%) | loss: 11.0 | lrm: 0.00 | dt: 100.00ms | tok/sec: 9\n"
        "step 00100/22000 (0.45%) | loss: 7.1 | lrm: 0.14 | dt: 100.00ms | tok/sec: 9\n",
        {"lrm": ("step", [0, 100], [0, 0.14], 0)},
        {"total": 22000},
        "2 decimals",
    ),
    "MindFormers": Sample(
        "MindFormers text",
        "2024-01-01 00:00:00,000 - mindformers - INFO - { Epoch:[  1/  2], step:[    1/ 6500], loss: 10.6, "
        "per_step_time: 9999ms, lr: 0.0, overflow cond: False, loss_scale: 1.0, global_norm: [1.5]}\n"
        "2024-01-01 00:00:01,000 - mindformers - INFO - { Epoch:[  2/  2], step:[    2/ 6500], loss: 10.5, "
        "per_step_time: 999ms, lr: 2.5641025e-08, overflow cond: False, loss_scale: 1.0, global_norm: [1.5]}\n",
        {"lr": ("step", [1, 6502], [0, 2.5641025e-08], -1)},
        {"epochs": 2, "epoch_steps": 6500, "total": 13000},
        "float32",
    ),
    "MindFormers, older": Sample(
        "MindFormers text",
        "INFO - { Epoch:[  1/  1], step:[    2/  100], loss:[3.1/3.2], lr:[2.4499998e-06], overflow cond: False}\n",
        {"lr": ("step", [2], [2.4499998e-06], -1)},
        precision="float32",
    ),
    "composer": Sample(
        "composer console",
        "[batch=1/4800]:\n\t Train time/batch: 0\n\t Train lr-DecoupledAdamW/group0: 0.0000\n\t Train loss: 12.0\n"
        "[batch=2/4800]:\n\t Train time/batch: 1\n\t Train lr-DecoupledAdamW/group0: 2.0833e-06\n\t Train loss: 11.0\n",
        {"lr-DecoupledAdamW/group0": ("step", [1, 2], [0, 2.0833e-06], -1)},
        {"total": 4800},
        "5 digits",
    ),
    "DeiT, MAE": Sample(
        "DeiT or MAE log.txt",
        '{"train_lr": 9.375e-07, "train_loss": 6.9, "test_acc1": 0.1, "epoch": 0, "n_parameters": 9}\n'
        '{"train_lr": 2.8124999999999998e-06, "train_loss": 6.8, "epoch": 1, "n_parameters": 9}\n',
        {"train_lr": ("epoch", [0, 1], [9.375e-07, 2.8124999999999998e-06], 0)},
    ),
    "CSV": Sample(
        "table",
        "iteration;loss;learning-rate\n1;2.0;0.10\n2;1.9;0.05\n",
        {"learning-rate": ("step", [1, 2], [0.1, 0.05], 0)},
        precision="2 decimals",
    ),
    "blanks between": Sample("table", "# step lr\n0 1e-3\n10 5e-4\n", {"lr": ("step", [0, 10], [1e-3, 5e-4], 0)}),
    "numbers only": Sample("table", "0,0.1\n10,0.05\n20,0.025\n", {"2": ("step", [0, 10, 20], [0.1, 0.05, 0.025], 0)}),
    "JSON lines": Sample(
        "JSON lines",
        '{"train": {"lr": 0.1}, "global_step": 1}\n{"train": {"lr": 0.05}, "global_step": 2}\n',
        {"train/lr": ("step", [1, 2], [0.1, 0.05], 0)},
    ),
    "JSON": Sample(
        "JSON",
        '[{"step": 1, "lr": [0.1, 0.2]}, {"step": 2, "lr": [0.05, 0.1]}]',
        {"lr/0": ("step", [1, 2], [0.1, 0.05], 0), "lr/1": ("step", [1, 2], [0.2, 0.1], 0)},
    ),
    "text": Sample(
        "lines of text",
        "2024-01-01 INFO starting, lr schedule: cosine\n"
        "2024-01-01 INFO Step: 100/1000, loss=1.5, learning rate=1.00e-03\n"
        "2024-01-01 INFO Step: 200/1000, loss=1.4, learning rate=9.05e-04\n",
        {"lr": ("step", [100, 200], [1e-3, 9.05e-4], 0)},
        precision="3 digits",
    ),
}  # fmt: skip
