"""The embedded brain as it would be had it never seen a case."""

from __future__ import annotations

import contextlib
import io
from functools import cache

from evals.judge.fit import fit_weights
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.weights import Weights
from interviewer.retrieval.embedding import shared_model


@cache
def brain_without(case_id: str) -> EmbeddedBrain:
    """The embedded brain with weights that never saw a text of that case."""
    with contextlib.redirect_stdout(io.StringIO()):
        weights = Weights(**fit_weights(without=case_id))
    return EmbeddedBrain(EmbeddedJudge(shared_model().encode, weights=weights))
