"""Where a formula is evaluated. Each module here offers the same few names; a schedule's formula is written in them.

========== ==================================== ==========================================================
module     the step is                          for
========== ==================================== ==========================================================
scalar     a Python number                      one rate; what every other namespace is measured against
numpy      a NumPy array                        curves: within 2 ulp of the peak of the scalar rates
exact      a NumPy array                        lists: the scalar rates, bit for bit
standard   an array of another library, traced  `jax.jit`, torch tensors, anything of the array API standard
           or not
compiled   a recorder                           a Python function without the overhead of the object
========== ==================================== ==========================================================

The names are those of the array API standard: ``minimum maximum where floor ceil floor_divide sqrt exp log cos sin tanh
pow take searchsorted``; operators do the rest. One name is ours: ``piecewise(step, milestones, parts)`` calls
``parts[k]`` with the steps in ``[milestones[k-1], milestones[k])`` and with no others, so a part never sees a step
outside its own interval.
"""
