"""What a run becomes: longer, or again, from a step on."""

from .branches import branches as branches
from .compare import Comparison as Comparison
from .compare import compare as compare
from .extend import extend as extend
from .extend import extension as extension
from .extension import Extension as Extension
from .extension import Jump as Jump
from .layers import layer_decay as layer_decay
from .rescale import Rescaled as Rescaled
from .rescale import rescale as rescale
