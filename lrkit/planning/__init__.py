"""What a run becomes: longer, or again, from a step on."""

from .branches import branches as branches
from .extend import extend as extend
from .extend import extension as extension
from .extension import Extension as Extension
from .extension import Jump as Jump
