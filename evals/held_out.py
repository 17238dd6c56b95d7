"""The embedded brain as it would be had it never seen a case: weights and curve of the others."""

from __future__ import annotations

import contextlib
import dataclasses
import io
from functools import cache

from evals.judge.likeness import fit_weights
from evals.score_model import shares_without
from evals.subjects import SHIPPED_MODEL, Embedded, library
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.protocol import Brain
from interviewer.core.case import Case
from interviewer.judge.embedded import EmbeddedJudge, Weights
from interviewer.retrieval.embedding import shared_model
from interviewer.scoring.model import ScoreModel


class HeldOut(Embedded):
    """The embedded brain, judging each case with weights and curve fitted on the others."""

    def brain_for(self, case: Case) -> Brain:
        """A brain that never saw a text of the case."""
        return brain_without(case.id) if case.id in library().cases else self._brain

    def score_model(self, case: Case) -> ScoreModel:
        """The shipped one with curves that never saw a rating or an interview of the case."""
        return dataclasses.replace(SHIPPED_MODEL, shares=shares_without(case.id))


@cache
def brain_without(case_id: str) -> EmbeddedBrain:
    """The embedded brain with weights that never saw a text of that case."""
    with contextlib.redirect_stdout(io.StringIO()):
        weights = Weights(**fit_weights(without=case_id))
    return EmbeddedBrain(EmbeddedJudge(shared_model().encode, weights=weights))
