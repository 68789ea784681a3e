"""The examples of an adapter, and the tests against MindSpore itself, run where the framework is installed."""

from importlib.util import find_spec

NEEDS = {
    "lrkit/interop/keras.py": ("keras", "jax"),
    "lrkit/interop/optax.py": ("optax", "jax"),
    "lrkit/interop/timm.py": ("timm", "torch"),
    "lrkit/interop/torch.py": ("torch",),
    "lrkit/interop/transformers.py": ("transformers", "torch"),
    "tests/interop/mindspore_live.py": ("mindspore",),
    "tests/interop/mindspore_live_cells.py": ("mindspore",),
}

collect_ignore = ["tests/tools"]  # what tests share
collect_ignore += [file for file, modules in NEEDS.items() if not all(map(find_spec, modules))]
