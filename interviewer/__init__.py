"""Practise machine learning system design interviews."""

import os

# Our matrices are small: more threads than one bring nothing, and where cores are busy they wait
# for each other (an answer was judged in 120 ms instead of 15). numpy reads this when it loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
