"""The namespaces that a formula is evaluated with: each has the same few functions, for another kind of step.

========== ==================================== ==========================================================
module     the step is                          for
========== ==================================== ==========================================================
scalar     a Python number                      one rate, which defines what the others must give
numpy      a NumPy array                        curves: within 2 ulp of the peak of the scalar rates
exact      a NumPy array                        lists: the scalar rates, bit for bit
standard   an array of another library, traced  `jax.jit`, torch tensors, anything of the array API standard
           or not
========== ==================================== ==========================================================

The names are those of the array API standard: ``minimum maximum where floor ceil floor_divide sqrt exp log cos sin tanh
pow take searchsorted``, beside Python's operators. One name is lrkit's own: ``piecewise(step, milestones, parts)``
calls ``parts[k]`` with the steps in ``[milestones[k-1], milestones[k])`` only.
"""
