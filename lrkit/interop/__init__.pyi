# What follows is made by docs/generate.py.
from .fastai import from_fastai as from_fastai
from .fvcore import from_fvcore as from_fvcore
from .ignite import from_ignite as from_ignite
from .keras import from_keras as from_keras
from .keras import to_keras as to_keras
from .mindspore import from_mindspore as from_mindspore
from .mindspore import to_mindspore as to_mindspore
from .mmengine import from_mmengine as from_mmengine
from .optax import from_optax as from_optax
from .optax import to_optax as to_optax
from .paddle import from_paddle as from_paddle
from .pytorch_optimizer import from_pytorch_optimizer as from_pytorch_optimizer
from .pytorch_warmup import from_pytorch_warmup as from_pytorch_warmup
from .timm import from_timm as from_timm
from .torch import from_torch as from_torch
from .torch import to_torch as to_torch
from .transformers import from_transformers as from_transformers
