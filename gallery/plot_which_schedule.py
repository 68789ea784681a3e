"""
Which schedule was it?
======================

A log holds steps and rates. Which formula gave them is often forgotten, or hidden in a default of the trainer. Here are
rates of two public runs, as their program wrote them, and what `identify` makes of them.
"""

import io

import lrkit

# %%
# A fine-tuning run with transformers
# -----------------------------------
#
# Its `trainer_state.json` has a row for every 50 updates, with all digits. Nine of them are enough for the warm-up, the
# peak and the slope. A line shows its end only when it gets there, so the length of the decay stays open: that it goes
# to 0 is the simplest reading, and the one that is given.

LINE = """step,learning_rate
50,8.75e-05
100,0.00017678571428571428
150,0.0001979742677251574
200,0.00019523679167807281
250,0.00019249931563098825
300,0.00018976183958390366
350,0.00018702436353681907
400,0.00018428688748973448
450,0.00018154941144264987
"""

log = lrkit.read_log(io.StringIO(LINE))
found = lrkit.identify(log)
print(found)

# %%
# The convention says that row 50 has the rate of update 49, counted from 0: transformers logs it so since March 2025.
# In the picture the log is points, and nothing is drawn between them that was not logged.

lrkit.plot({"the schedule": found[0].schedule, "the log": log}, steps=600)

# %%
# A run with mixed precision
# --------------------------
#
# A gradient scaler skips an update whose gradients overflow; the step is counted, and the schedule stays behind. So no
# formula fits these rows as they are. One does if the schedule lags two updates, and three from some row on.

SKIPS = """step,learning_rate
25,4.6000000000000004e-07
50,9.400000000000001e-07
75,1.44e-06
200,3.94e-06
400,7.94e-06
500,9.940000000000001e-06
600,9.784444444444445e-06
800,9.340000000000002e-06
1250,8.34e-06
1500,7.784444444444445e-06
2500,5.562222222222222e-06
3000,4.451111111111112e-06
4000,2.228888888888889e-06
5000,6.666666666666667e-09
"""

log = lrkit.read_log(io.StringIO(SKIPS))
found = lrkit.identify(log)
print(found)

# %%
# A plan that is laid over the log tells the same, and whether they agree.

print(lrkit.diff(lrkit.linear(1e-5, 0, 4500).warmup(500), log))
