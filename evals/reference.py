"""Answers that bring their reference along: the reference's sentences become rubric items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interviewer.core.case import Case, CaseStep, Dimension, RubricItem
from interviewer.core.settings import STEPS, Level, StepId
from interviewer.text.sentences import split_sentences

NOTHING = "That is all I know about this topic."


def rescaled(row: Mapping[str, Any]) -> float:
    """The rating of a row on our scale, 1-5."""
    low, high = float(row.get("score_min", 1)), float(row.get("score_max", 5))
    return 1.0 + 4.0 * (float(row["score"]) - low) / (high - low)


def reference_case(question: str, reference: str, step: StepId) -> Case:
    """A case of one step whose items are the sentences of a reference answer.

    Only what a judge reads is filled in: it is not checked, and no interview could be led with it.
    """
    sentences = [part for part in split_sentences(reference) if part.strip()] or [reference]
    items = tuple(_item(at, sentence) for at, sentence in enumerate(sentences))
    only = CaseStep(
        question=question, items=items, model_answer=reference, staff_addendum=reference
    )
    return Case.model_construct(
        id="reference",
        title=question,
        summary=question,
        tags=(),
        difficulty="medium",
        opening=question,
        facts=(),
        numbers=(),
        variants=(),
        steps={each: only if each is step else _nothing(question) for each in STEPS},
    )


def _nothing(question: str) -> CaseStep:
    """A step in which nothing can be earned."""
    return CaseStep.model_construct(
        question=question, items=(), red_flags=(), model_answer="", staff_addendum=""
    )


def _item(at: int, sentence: str) -> RubricItem:
    return RubricItem(
        id=f"sentence_{at + 1}",
        statement=sentence,
        why=sentence,
        concept="reference",
        dimension=Dimension.FRAMING,
        weight=1,
        level=Level.MID,
        met_when=sentence,
        partial_when=sentence,
        said=(sentence, sentence, sentence),
        near_misses=(NOTHING,),
        exemplar=sentence,
        follow_ups=(sentence, sentence),
    )
