"""What a candidate asks for, and which facts of the case answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.brains.embedded.message import Message, Question
from interviewer.cases import Case
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.vectors import CaseVectors, Vectors

FACT_FOUND = 0.44  # cosine from which a question is one that a fact answers
PLAIN_QUESTION = 0.65  # the same for half of a sentence
ASKS_ELSEWHERE = 0.72  # the same for a question inside an answer, often rhetorical
ON_TOPIC = 0.32  # cosine to anything authored under which words are about something else
FACTS_AT_ONCE = 3
FACT_WORDS = 50  # spoken at once


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
        found = _facts(judge, vectors, question, rows[at : at + 1], message.only_asks)
        facts += found
        asked_us = message.only_asks and not question.rhetorical
        if not found and asked_us and topical[at] >= ON_TOPIC:
            unanswered.append(question.text)
    return Asked(
        facts=_few(case, list(dict.fromkeys(facts))),
        unanswered=tuple(unanswered[:FACTS_AT_ONCE]),
        off_topic=not facts and not unanswered and bool((topical < ON_TOPIC).all()),
    )


def topicality(vectors: CaseVectors, rows: Vectors) -> NDArray[np.float32]:
    """Per text, the cosine to whatever in the case it is closest to."""
    banks = (vectors.earns, vectors.misses, vectors.flags, vectors.facts)
    closest = [bank.closest(rows).max(axis=1, initial=0.0) for bank in banks]
    return np.asarray(np.max(closest, axis=0))


def _facts(
    judge: EmbeddedJudge,
    vectors: CaseVectors,
    question: Question,
    row: Vectors,
    only_asks: bool,
) -> list[str]:
    cosines = vectors.facts.closest(row)[0]
    best = int(cosines.argmax())
    limit = FACT_FOUND if only_asks and not question.rhetorical else ASKS_ELSEWHERE
    if float(cosines[best]) < limit:
        return []
    return [vectors.facts.owners[best], *_second_fact(judge, vectors, question.text)]


def _second_fact(judge: EmbeddedJudge, vectors: CaseVectors, question: str) -> list[str]:
    """What the halves of a double question ask for, when that is plain."""
    halves = re.split(r",?\s+and\s+", question, maxsplit=1)
    if len(halves) < 2:
        return []
    rows = vectors.facts.closest(judge.encode(halves))
    best = rows.argmax(axis=1)
    return [
        vectors.facts.owners[int(owner)]
        for row, owner in zip(rows, best, strict=True)
        if float(row[owner]) >= PLAIN_QUESTION
    ]


def _few(case: Case, facts: Sequence[str]) -> tuple[str, ...]:
    """The first facts, as many as one can listen to at once."""
    told: list[str] = []
    words = 0
    for fact in facts[:FACTS_AT_ONCE]:
        words += len(case.fact(fact).answer.split())
        if told and words > FACT_WORDS:
            break
        told.append(fact)
    return tuple(told)
