"""Practise machine learning system design interviews."""

import os

from interviewer.core.telemetry import switch_off_telemetry
from interviewer.text.printable import guard_log

# Our matrices are small: more threads than one bring nothing, and where cores are busy they wait
# for each other (an answer was judged in 120 ms instead of 15). numpy reads this when it loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Whatever of this package is used passes here, before anything is imported that reads it.
switch_off_telemetry()
guard_log()
