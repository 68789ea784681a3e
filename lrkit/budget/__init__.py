"""From the size of a run to numbers of updates, and back: `Budget`.

=========== =========================================================================
module      what is in it
=========== =========================================================================
budget      `Budget`: the numbers in updates, and positions in other units
given       what a budget is told: the fields, their domains, the text form
rounding    how each framework counts, with its source
ramp        a batch size that grows, in the two forms of Megatron
clock       updates to samples and back: exact in integers, linear between them
sentence    a budget in words that can be checked by hand
=========== =========================================================================
"""

from .budget import Budget as Budget
from .budget import Position as Position
from .rounding import ROUNDINGS as ROUNDINGS
from .rounding import Rounding as Rounding
