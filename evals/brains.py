"""The embedded brain as shipped, and as it would be had it never seen a case."""

from __future__ import annotations

import contextlib
import io
from functools import cache

from evals.judge.fit import fit_weights
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.weights import Weights
from interviewer.knowledge.embeddings import shared_model


@cache
def shipped_brain() -> EmbeddedBrain:
    """The embedded brain with the weights of the package."""
    return EmbeddedBrain(EmbeddedJudge(shared_model().encode))


@cache
def brain_without(case_id: str) -> EmbeddedBrain:
    """The embedded brain with weights that never saw a text of that case."""
    with contextlib.redirect_stdout(io.StringIO()):
        weights = Weights(**fit_weights(without=case_id))
    return EmbeddedBrain(EmbeddedJudge(shared_model().encode, weights=weights))


def brain_for(case_id: str, *, held_out: bool) -> EmbeddedBrain:
    """The brain to judge a case with."""
    return brain_without(case_id) if held_out else shipped_brain()
