"""The schedules in JavaScript, for the designer page: formulas, checks and knots translated from their Python source.

Fields and structure stay alive there: a schedule is made, changed, written and evaluated without Python. Nothing that a
formula states is stated again by hand.

================= ======================================================================================
module            what is in it
================= ======================================================================================
build             `generated`, the text of ``generated.js``; `own_module`, that of other people's classes;
                  `bundle`, which puts modules together
_source           the tree of a function, and what its free names stand for
_expressions      Python's expressions in JavaScript
_statements       its statements
_staging          a formula in two stages: what is free of the step once, then a function of the step
_fields           declared fields
_program          which classes and functions are translated, each once
_still            curves of classes that have no translation
_library          what stands for Python's builtins and NumPy
``python.js``     operators, builtins, the small NumPy
``schedule.js``   the base class, checks of fields, calls of the catalogue as nodes
``parse.js``      `lrkit.parse`
``generated.js``  made by ``docs/generate.py``
================= ======================================================================================

A construct that the visitor does not know stops the build and is named. `tests/javascript` compares all of it with
Python, in node.
"""
