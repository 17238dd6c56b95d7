"""Quotes as people read them: whole sentences, and only under a verdict that they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from interviewer.core.assessment import Assessment, Evidence, Verdict
from interviewer.core.design import Hole, Idea
from interviewer.core.transcript import Turn
from interviewer.scoring import InterviewRecord, Observation, StepRecord
from interviewer.text.sentences import split_sentences

WHOLE = 300  # characters of sentences that are quoted whole; of longer ones only what was judged


Words = TypeVar("Words", Evidence, Idea, Hole)


def quoted(record: InterviewRecord, turns: Sequence[Turn]) -> InterviewRecord:
    """A record whose quotes are fit to be shown.

    A point that was not heard has none, since nothing shows what is not there; nor has anything
    about communication that was not seen.

    Args:
        record: of a whole interview.
        turns: everything said.
    """
    said = {turn.number: turn.text for turn in turns if turn.role == "candidate"}
    return record.model_copy(
        update={
            "steps": tuple(_step(step, said) for step in record.steps),
            "observations": tuple(_observation(seen, said) for seen in record.observations),
            "beyond": tuple(_whole(idea, said) for idea in record.beyond),
            "holes": tuple(_whole(hole, said) for hole in record.holes),
        }
    )


def _step(step: StepRecord, said: Mapping[int, str]) -> StepRecord:
    return step.model_copy(
        update={
            "assessments": tuple(_assessment(one, said) for one in step.assessments),
            "red_flags": tuple(
                flag.model_copy(
                    update={
                        "evidence": _whole(flag.evidence, said),
                        "again": _whole(flag.again, said) if flag.again else None,
                    }
                )
                for flag in step.red_flags
            ),
        }
    )


def _assessment(one: Assessment, said: Mapping[int, str]) -> Assessment:
    silent = one.verdict is Verdict.ABSENT and not one.contradicted
    if one.evidence is None or silent:
        return one.quoting("")
    return one.model_copy(update={"evidence": _whole(one.evidence, said)})


def _observation(one: Observation, said: Mapping[int, str]) -> Observation:
    evidence: Evidence | None = None
    if one.seen and one.evidence is not None:
        evidence = _whole(one.evidence, said)
    return one.model_copy(update={"evidence": evidence})


def _whole(words: Words, said: Mapping[int, str]) -> Words:
    return words.model_copy(
        update={"quote": whole_sentences(words.quote, said.get(words.turn, ""))}
    )


def whole_sentences(quote: str, text: str) -> str:
    """The sentences of a text that a quote stands in, verbatim; the quote where they are long.

    Args:
        quote: some words of the text, as they stand there.
        text: all that was said in the turn.
    """
    start = text.find(quote) if quote else -1
    if start < 0:
        return quote
    end, first, last, at = start + len(quote), start, start + len(quote), 0
    for sentence in split_sentences(text):
        begins = text.find(sentence, at)
        if begins < 0:
            continue
        at = begins + len(sentence)
        if begins <= start < at:
            first = begins
        if begins < end <= at:
            last = at
    return text[first:last] if last - first <= WHOLE else quote
