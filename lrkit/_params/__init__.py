"""What an argument may be, declared once: its kind, domain, symbol, unit and typical range.

A schedule declares a field as ``Annotated[float, Param(...)]``. Validation, error messages, the command line, the
tables of the documentation and the property tests all read that declaration.

=========== =========================================================================
module      what is in it
=========== =========================================================================
field       `Param`, `Field`: the declaration, and the check of a value against it
annotations the declared fields of a class or function, read from its annotations
words       how a message writes a value or a number of things
=========== =========================================================================
"""

from .annotations import DECLARED as DECLARED
from .annotations import declared_of as declared_of
from .annotations import field_of as field_of
from .annotations import fields_of as fields_of
from .annotations import own_annotations as own_annotations
from .field import COUNT as COUNT
from .field import LARGEST_COUNT as LARGEST_COUNT
from .field import Field as Field
from .field import Param as Param
from .field import as_kind as as_kind
from .field import choice as choice
from .field import count as count
from .words import counted as counted
from .words import listed as listed
from .words import shorten as shorten
