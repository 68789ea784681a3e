"""
Which schedule was it?
======================

A log holds steps and rates. Which formula gave them is often forgotten, or hidden in a default of the trainer. Here are
rates of four public runs, as their programs wrote them, and what `identify` makes of them.
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
100,1.94e-06
200,3.94e-06
300,5.94e-06
400,7.94e-06
500,9.940000000000001e-06
600,9.784444444444445e-06
700,9.562222222222223e-06
800,9.340000000000002e-06
1000,8.895555555555556e-06
1250,8.34e-06
1500,7.784444444444445e-06
2000,6.6733333333333335e-06
2500,5.562222222222222e-06
3000,4.451111111111112e-06
3500,3.3400000000000006e-06
4000,2.228888888888889e-06
4500,1.117777777777778e-06
5000,6.666666666666667e-09
"""

log = lrkit.read_log(io.StringIO(SKIPS))
found = lrkit.identify(log)
print(found)

# %%
# A plan that is laid over the log tells the same, and whether they agree.

print(lrkit.diff(lrkit.linear(1e-5, 0, 4500).warmup(500), log))

# %%
# A run that watched its loss
# ---------------------------
#
# Keras wrote the rate of each epoch. Equal factors at epochs that follow no rule are what `ReduceLROnPlateau` gives:
# the answer is the steps, and no formula for when they came.

PLATEAU = """epoch,learning_rate
0,0.0010000000474974513
8,0.0010000000474974513
16,0.0010000000474974513
17,0.0005000000237487257
18,0.0005000000237487257
21,0.0005000000237487257
24,0.0005000000237487257
26,0.0005000000237487257
27,0.0002500000118743628
28,0.0002500000118743628
29,0.0002500000118743628
"""

print(lrkit.identify(lrkit.read_log(io.StringIO(PLATEAU))))

# %%
# BLOOM-176B
# ----------
#
# Sixteen lines of this run's log are quoted in its public logbook. Megatron-LM prints four digits, and its schedules
# count samples. The settings that were published are a cosine from 6e-5 to 6e-6 over 200 000 000 samples.

BLOOM = """consumed_samples,learning_rate
9841584,5.969E-05
47768496,5.279E-05
47770544,5.279E-05
47772592,5.279E-05
47774640,5.279E-05
47776688,5.279E-05
47778736,5.279E-05
47780784,5.279E-05
47782832,5.279E-05
47784880,5.278E-05
47842224,5.277E-05
47844272,5.277E-05
76002224,4.298E-05
177927088,7.610E-06
177929136,7.609E-06
177931184,7.609E-06
"""

log = lrkit.read_log(io.StringIO(BLOOM))
found = lrkit.identify(log)
print(found)

# %%
# The published schedule lies within what the rows leave open:

published = lrkit.CosineDecayLR(6e-6, 6e-5, 199_816_895).warmup(183_105)
print(lrkit.diff(published, log))
