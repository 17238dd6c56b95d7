"""Where the data are that judges are trained on; `data/judge/README.md` is their card."""

from __future__ import annotations

from evals.labels import DATA

FOLDER = DATA / "judge"
ANSWERS, LABELS, SECOND = (
    FOLDER / name for name in ("answers.jsonl", "labels.jsonl", "labels_second.jsonl")
)
RATED = FOLDER / "rated.jsonl"
LAST = FOLDER / "last"
"""Answers by writers used nowhere else, with labels and ratings: for a last figure alone."""
OUT_OF_FOLD = FOLDER / "out_of_fold.jsonl"
"""What `predict.py` saw of the answers with judges that saw neither their case nor their writer."""
JUDGED, PLAYED = FOLDER / "judged.jsonl", FOLDER / "played.jsonl"
"""What held-out judges made of rated answers and of scripted interviews."""
POOLING = FOLDER / "pooling.json"
"""What `fit.py` made of all of it; a judge that is shipped would have it."""
DOMAINS, UNSEEN = FOLDER / "domains", FOLDER / "unseen"
"""Short cases: to train on, and to look at while training, which nothing is fitted on."""
SMALL = FOLDER / "small"
"""Small cases of other fields, each in a file, with answers and labels beside them."""
CHATTER, FRAMES = FOLDER / "chatter.txt", FOLDER / "frames.txt"
"""Sentences that decide nothing; ways of saying a claim that one does not hold."""
