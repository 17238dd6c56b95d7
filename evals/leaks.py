"""What of a rubric was given away: runs of its words that nobody may say for it."""

from __future__ import annotations

from functools import cache

from evals.subjects import library
from interviewer.cases import Case
from interviewer.words import words_of

RUN = 7  # words in a row that are no accident

Phrases = frozenset[tuple[str, ...]]


def rubric_phrases(case: Case) -> Phrases:
    """Runs of words of statements, criteria and exemplars that no sayable text of the case has."""
    return _phrases(case.id)


@cache
def _phrases(case_id: str) -> Phrases:
    case = library().cases[case_id]
    secret: set[tuple[str, ...]] = set()
    sayable: set[tuple[str, ...]] = _runs(case.opening)
    for step in case.steps.values():
        sayable |= _runs(step.question)
        for item in step.items:
            for text in (item.statement, item.met_when, item.partial_when, item.exemplar):
                secret |= _runs(text)
            for text in (*item.follow_ups, *item.hints):
                sayable |= _runs(text)
        for flag in step.red_flags:
            secret |= _runs(flag.statement)
            sayable |= _runs(flag.challenge)
    for fact in case.facts:
        sayable |= _runs(fact.answer)
    return frozenset(secret - sayable)


def leaks_in(text: str, phrases: Phrases) -> list[str]:
    """The runs of a rubric's words that a text says."""
    return [" ".join(run) for run in sorted(_runs(text) & phrases)]


def _runs(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
