"""One candidate message made ready for the model: cut up, cleaned of steering, with a shortlist."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from interviewer.core.assessment import Judgement, Verdict
from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import StepId
from interviewer.core.transcript import Turn
from interviewer.judge.embedded import SHORTLIST, EmbeddedJudge
from interviewer.text.cues import CONTROL
from interviewer.text.injection import steering_in
from interviewer.text.intents import BRIEF, orders_in, read
from interviewer.text.language import is_foreign
from interviewer.text.pasted import pieces
from interviewer.text.sketch import sketch_claims
from interviewer.text.words import words_of

NEAR = 0.35  # cosine from which a message may be about an item of another step
DOUBTED = 0.25  # share of a model's mets that the embedded judge may not find at all
FEWEST_DOUBTS = 2  # of them, as one may be chance
CERTAIN = 0.8
"""Confidence from which an absence outweighs a model's met: of the labelled points that are met,
one in twenty is called absent so surely, of those that are absent two in three."""


@dataclass(frozen=True)
class Heard:
    """A message as the model will see it.

    Attributes:
        sentences: the message, verbatim; sentence n of the prompt is at n - 1.
        left_out: indexes of sentences that the model does not see: steering, or not in English.
        steering: those of them that try to steer the judging.
        suspicious: whether it may try to steer, so that one judge is not enough.
        elsewhere: items of other steps that it may touch.
    """

    sentences: tuple[str, ...]
    left_out: frozenset[int]
    steering: frozenset[int]
    suspicious: bool
    elsewhere: tuple[RubricItem, ...]

    @property
    def claims(self) -> list[str]:
        """The sentences that the model sees."""
        return [s for at, s in enumerate(self.sentences) if at not in self.left_out]

    @property
    def steering_sentences(self) -> list[str]:
        """The sentences that try to steer the judging."""
        return [self.sentences[at] for at in sorted(self.steering)]


def listen(judge: EmbeddedJudge, case: Case, step: StepId, turn: Turn) -> Heard:
    """Prepares a message, blocking (run it in a worker thread)."""
    sentences = [piece.text for piece in pieces(turn.text)]
    spoken = len(sentences)
    steering, suspicious = _steering(judge, sentences)
    foreign = {at for at, sentence in enumerate(sentences[:spoken]) if is_foreign(sentence)}
    sentences += sketch_claims(turn.sketch)
    left_out = frozenset(steering | foreign)
    claims = [s for at, s in enumerate(sentences) if at not in left_out]
    return Heard(
        sentences=tuple(sentences),
        left_out=left_out,
        steering=steering,
        suspicious=bool(left_out) or suspicious,
        elsewhere=tuple(shortlist(judge, case, step, claims)),
    )


def shortlist(
    judge: EmbeddedJudge, case: Case, step: StepId, claims: Sequence[str]
) -> list[RubricItem]:
    """Items of other steps that a text may touch, nearest first."""
    if not claims:
        return []
    vectors = judge.prepare(case)
    nearness = vectors.earns.closest(judge.encode(list(claims))).max(axis=0)
    nearness[np.array([own is step for own in vectors.steps])] = 0.0
    nearest = np.argsort(-nearness)[:SHORTLIST]
    return [vectors.items[at] for at in nearest if nearness[at] >= NEAR]


def is_plain_wish(turn: Turn) -> bool:
    """Whether a message only asks for something that its words show beyond doubt.

    "Let's move on" needs no model, and whoever says it is answered at once.
    """
    sentences = [piece.text for piece in pieces(turn.text)]
    if turn.sketch or not sentences or len(words_of(turn.text)) > BRIEF:
        return False
    reading = read(sentences)
    return bool(reading.intents & CONTROL) and len(reading.steering) == len(sentences)


def certainly_absent(judgement: Judgement, item: str) -> bool:
    """Whether a judge is certain that nothing of an item was said."""
    found = next((one for one in judgement.items if one.item == item), None)
    if found is None or found.verdict is not Verdict.ABSENT:
        return False
    return found.confidence >= CERTAIN


def is_believed(judgement: Judgement, met: Collection[str]) -> bool:
    """Whether a model's mets are borne out well enough by another judge.

    With labels in the model's place it is disbelieved in 4 of 210 labelled answers; a model that
    calls everything met is believed in 12 of 167 answers that earn a third or less.
    """
    absent = {one.item for one in judgement.items if one.verdict is Verdict.ABSENT}
    doubts = len(absent.intersection(met))
    return doubts < FEWEST_DOUBTS or doubts <= DOUBTED * len(met)


def steering_sentences(judge: EmbeddedJudge, text: str) -> tuple[str, ...]:
    """The sentences of a message that try to steer the judging, blocking."""
    sentences = [piece.text for piece in pieces(text)]
    found, _ = _steering(judge, sentences)
    return tuple(sentences[at] for at in sorted(found))


def _steering(judge: EmbeddedJudge, sentences: Sequence[str]) -> tuple[frozenset[int], bool]:
    """Indexes of sentences that steer, by their words or sense, and whether any others may."""
    sensed = steering_in(sentences, judge.encode)
    return orders_in(sentences) | sensed.sentences, sensed.suspicious
