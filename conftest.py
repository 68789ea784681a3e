"""The examples of an adapter run where its framework is installed."""

from importlib.util import find_spec

NEEDS = {
    "keras": ("keras", "jax"),
    "mindspore": (),
    "optax": ("optax", "jax"),
    "timm": ("timm", "torch"),
    "torch": ("torch",),
    "transformers": ("transformers", "torch"),
}

collect_ignore = [
    f"lrkit/interop/{name}.py"
    for name, frameworks in NEEDS.items()
    if not all(find_spec(framework) for framework in frameworks)
]
