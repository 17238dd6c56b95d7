"""What a candidate asks for, and which facts of the case answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.brains.embedded import cues
from interviewer.brains.embedded.message import Message, Question
from interviewer.cases import Case, Fact
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.vectors import CaseVectors, Vectors
from interviewer.words import content_stems

FACT_FOUND = 0.575  # cosine and shared words from which a fact answers a question
WORD_SHARE = 0.2  # what a question made of the fact's own words adds to its cosine
PLAIN_QUESTION = 0.65  # how like a fact a question counts that was put in other words
ASKS_ELSEWHERE = 0.72  # the same for a question inside an answer, often rhetorical
ON_TOPIC = 0.32  # cosine to anything authored under which a question is about something else
ABOUT_THE_SYSTEM = 0.36  # the same for an answer, on average over its words
CLEARLY = 0.44  # cosine from which a fact answers a short question that no other fact answers
AHEAD = 0.12  # by which it must be closer than any other fact
LOOKED_AT = 12  # sentences that show what an answer is about
FACTS_AT_ONCE = 3
SHORTEST_CLAUSE = 3  # words

_CLAUSE = re.compile(r"[,:;]\s+(?:and\s+|or\s+)?|\s+and\s+")


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
    personal = np.array([cues.is_personal(question.text) for question in message.questions])
    rows = judge.encode([question.text for question in message.questions])
    topical = np.where(personal, 0.0, topicality(vectors, rows))
    facts: list[str] = []
    more: list[str] = []
    unanswered: list[str] = []
    for at, question in enumerate(message.questions):
        asked_us = (message.only_asks or question.addressed) and not question.rhetorical
        found = () if personal[at] else _facts(judge, case, question, asked_us)
        facts += found[:1]
        more += found[1:]
        # Whoever also wants a hint or the next part is not waiting for a figure.
        waits = asked_us and not message.wishes
        if not found and waits and topical[at] >= ON_TOPIC:
            unanswered.append(question.text)
    return Asked(
        facts=tuple(dict.fromkeys([*facts, *more]))[:FACTS_AT_ONCE],
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


def _facts(judge: EmbeddedJudge, case: Case, question: Question, asked_us: bool) -> list[str]:
    """Ids of the facts that answer a question; more than one for a double question."""
    if not asked_us:
        known = _plainly_asked(judge, case, question.text)
        return [known] if known else []
    clauses = _clauses(question.text)
    asking = [clause for clause in clauses if cues.inquires(clause)]
    if len(asking) < 2:
        found = [_in_any_words(judge, case, part) for part in (question.text, *clauses)]
        best = max(found, key=lambda pair: pair[1] if pair[0] else 0.0)[0]
        return [best] if best else []
    each = (_in_any_words(judge, case, clause)[0] for clause in asking)
    return list(dict.fromkeys(filter(None, each)))


def _clauses(question: str) -> list[str]:
    """Clauses of a long or double question, any of which may say it all."""
    clauses = [part for part in _CLAUSE.split(question) if len(part.split()) >= SHORTEST_CLAUSE]
    return clauses if len(clauses) > 1 else []


def _in_any_words(judge: EmbeddedJudge, case: Case, question: str) -> tuple[str | None, float]:
    """The fact for a question; failing that, for the plain question that it amounts to."""
    fact, like = _likeness(judge, case, question)
    for plainly in () if fact else cues.in_plain_words(question):
        if (known := _likeness(judge, case, plainly)[0]) is not None:
            return known, PLAIN_QUESTION
    return fact, like


def _likeness(judge: EmbeddedJudge, case: Case, question: str) -> tuple[str | None, float]:
    """The fact that answers a question best, when it does, and how much it is like it."""
    facts = judge.prepare(case).facts
    cosines = facts.closest(judge.encode([question]))[0]
    shared = [WORD_SHARE * _shared_words(question, case.fact(fact)) for fact in facts.owners]
    likes = cosines + np.array(shared)
    best = int(likes.argmax())
    ahead = float(cosines[best]) - float(np.delete(cosines, best).max(initial=0.0))
    clear = float(cosines[best]) >= CLEARLY and ahead >= AHEAD
    found = clear or float(likes[best]) >= FACT_FOUND
    return (facts.owners[best] if found else None), float(likes[best])


def _plainly_asked(judge: EmbeddedJudge, case: Case, question: str) -> str | None:
    """The fact that a question inside an answer asks for, when that is beyond doubt."""
    facts = judge.prepare(case).facts
    cosines = facts.closest(judge.encode([question]))[0]
    best = int(cosines.argmax())
    return facts.owners[best] if float(cosines[best]) >= ASKS_ELSEWHERE else None


def _shared_words(question: str, fact: Fact) -> float:
    """Share of a question's words that its fact uses too, 0-1."""
    asked = set(content_stems(question))
    known = {stem for text in (*fact.topics, fact.answer) for stem in content_stems(text)}
    return len(asked & known) / len(asked) if asked else 0.0
