"""What a candidate asks for, and which facts of the case answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.brains.embedded.message import Message, Question
from interviewer.cases import Case, Fact
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.vectors import Bank, CaseVectors, Vectors
from interviewer.words import content_stems

FACT_FOUND = 0.575  # cosine and shared words from which a fact answers a question
WORD_SHARE = 0.2  # what a question made of the fact's own words adds to its cosine
PLAIN_QUESTION = 0.65  # the same for half of a sentence
ASKS_ELSEWHERE = 0.72  # the same for a question inside an answer, often rhetorical
ON_TOPIC = 0.32  # cosine to anything authored under which a question is about something else
ABOUT_THE_SYSTEM = 0.36  # the same for an answer, on average over its words
LOOKED_AT = 12  # sentences that show what an answer is about
FACTS_AT_ONCE = 3


class Asked(NamedTuple):
    """What the questions of a message come to."""

    facts: tuple[str, ...] = ()
    """Ids of the facts that answer them."""
    unanswered: tuple[str, ...] = ()
    """Questions about the system that no fact answers."""
    off_topic: bool = False
    """Whether a question is about nothing here."""


def look_up(judge: EmbeddedJudge, case: Case, message: Message) -> Asked:
    """Finds the facts that a message asks for."""
    if not message.questions:
        return Asked()
    vectors = judge.prepare(case)
    rows = judge.encode([question.text for question in message.questions])
    topical = topicality(vectors, rows)
    facts: list[str] = []
    unanswered: list[str] = []
    for at, question in enumerate(message.questions):
        found = _facts(judge, case, question, rows[at : at + 1], message.only_asks)
        facts += found
        # Whoever also wants a hint or the next part is not waiting for a figure.
        asked_us = message.only_asks and not question.rhetorical and not message.wishes
        if not found and asked_us and topical[at] >= ON_TOPIC:
            unanswered.append(question.text)
    return Asked(
        facts=tuple(dict.fromkeys(facts))[:FACTS_AT_ONCE],
        unanswered=tuple(unanswered[:FACTS_AT_ONCE]),
        off_topic=not facts and not unanswered and bool((topical < ON_TOPIC).all()),
    )


def is_about_the_system(judge: EmbeddedJudge, case: Case, claims: Sequence[str]) -> bool:
    """Whether an answer, right or wrong, is about the case at all."""
    rows = judge.encode(claims[:LOOKED_AT])
    weights = [len(claim.split()) for claim in claims[:LOOKED_AT]]
    mean = np.average(topicality(judge.prepare(case), rows), weights=weights)
    return float(mean) >= ABOUT_THE_SYSTEM


def topicality(vectors: CaseVectors, rows: Vectors) -> NDArray[np.float32]:
    """Per text, the cosine to whatever in the case it is closest to."""
    banks = (vectors.earns, vectors.misses, vectors.flags, vectors.facts)
    closest = [bank.closest(rows).max(axis=1, initial=0.0) for bank in banks]
    return np.asarray(np.max(closest, axis=0))


def _facts(
    judge: EmbeddedJudge, case: Case, question: Question, row: Vectors, only_asks: bool
) -> list[str]:
    facts = judge.prepare(case).facts
    cosines = facts.closest(row)[0]
    best = int(cosines.argmax())
    cosine, fact = float(cosines[best]), facts.owners[best]
    plain = only_asks and not question.rhetorical
    shared = WORD_SHARE * _shared_words(question.text, case.fact(fact))
    if (cosine + shared < FACT_FOUND) if plain else (cosine < ASKS_ELSEWHERE):
        return []
    return [fact, *_second_fact(judge, facts, question.text)]


def _shared_words(question: str, fact: Fact) -> float:
    """Share of a question's words that its fact uses too, 0-1."""
    asked = set(content_stems(question))
    known = {stem for text in (*fact.topics, fact.answer) for stem in content_stems(text)}
    return len(asked & known) / len(asked) if asked else 0.0


def _second_fact(judge: EmbeddedJudge, facts: Bank, question: str) -> list[str]:
    """What the halves of a double question ask for, when that is plain."""
    halves = re.split(r",?\s+and\s+", question, maxsplit=1)
    if len(halves) < 2:
        return []
    rows = facts.closest(judge.encode(halves))
    best = rows.argmax(axis=1)
    return [
        facts.owners[int(owner)]
        for row, owner in zip(rows, best, strict=True)
        if float(row[owner]) >= PLAIN_QUESTION
    ]
