"""A formula, called once on symbols, as a list of operations, and that list printed in several languages.

============ ===========================================================================================
module       what it does
============ ===========================================================================================
recording    calls a formula and keeps what it did: a `Recording`, which knows no language
python       a Python function of the step, and the lines of other Python code
in_place     NumPy's ufuncs, which overwrite the weight and the states of an update rule
loop         the same as a loop over numbers, which numba compiles
javascript   the lines of a JavaScript function, from those of Python
mindspore    the text of a function that MindSpore's graph mode reads
============ ===========================================================================================

A printer is a function of a `Recording`. It keeps the formula's operations and their order.

A formula stays in a small subset of Python, so that other tools can translate its source: assignments, ``return``,
``if`` on fields, arithmetic and comparisons, calls of ``xp`` and of other functions of that kind.
"""

from .recording import Operation as Operation
from .recording import Part as Part
from .recording import Piecewise as Piecewise
from .recording import Recording as Recording
from .recording import numbers_of as numbers_of
from .recording import record as record
from .recording import record_update as record_update
