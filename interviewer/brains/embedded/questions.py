"""What a candidate asks for, and which facts of the case answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.brains.embedded.talk import assumptions_to_confirm
from interviewer.brains.protocol import FACTS_AT_ONCE, Scene
from interviewer.core.case import Case
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.reading import CaseVectors, Vectors
from interviewer.text import cues
from interviewer.text.message import Message, Question, cut
from interviewer.text.sentences import content_stems, shorten_quote, split_sentences

FACT_FOUND = 0.575  # cosine and shared words from which a fact answers a question
WORD_SHARE = 0.2  # what a question made of the fact's own words adds to its cosine
PLAIN_QUESTION = 0.65  # how like a fact a question counts that was put in other words
ASKS_ELSEWHERE = 0.72  # the same for a question inside an answer, often rhetorical
ON_TOPIC = 0.32  # cosine to anything authored under which a question is about something else
ABOUT_THE_SYSTEM = 0.36  # the same for an answer, on average over its words
CLEARLY = 0.5  # cosine from which a fact answers a short question that no other fact answers
AHEAD = 0.12  # by which it must be closer than any other fact
LOOKED_AT = 12  # sentences that show what an answer is about
SHORTEST_CLAUSE = 3  # words of a clause that may ask for a fact of its own
NEARLY = 0.18  # by which a fact may be behind that shares more words with the question
SPOKEN_OF = 0.66  # cosine and shared words from which a fact speaks about an assumption
BESIDE = 0.15  # by which another fact may be behind that speaks about it too
TOLD_ALONE = 0.48  # the same where no other fact is as near
A_LITTLE_AHEAD = 0.08  # by which it must be ahead when it shares a word with the assumption
FAR_AHEAD = 0.14  # by which it must be ahead when it shares no word
FEW = 2  # words of a question that could mean many things: "How long may it take?"
SURELY = 0.85  # from which they mean one all the same
LISTED = 6  # words of a thing in a list of what is asked for

_CLAUSE = re.compile(
    r"(?P<mark>(?<![(\d])\)[,:;]?|[,:;]|\((?:\d\))?|(?<=\w)\s-\s|(?<!\s)\s+(?=and\s|or\s|plus\s))\s*"
    r"(?:(?P<and>and|or|plus)\s+)?(?:also\s+)?"
)
_PREAMBLE = re.compile(
    r"^(?:(?:ok(?:ay)?|so|well|hi|hello|sorry|and|but|also|then)[,. ]+)*(?:before (?:i|we)\b"
    r"|(?:can|could|may|might) i (?:also |just |quickly |please )*(?:ask|check|clarify)\b"
    r"|(?:i have|i've got|there are) (?:\w+ ){1,4}(?:questions?|things?|ones?)\b"
    r"|(?:one|two|three|four|five|a few|some) (?:\w+ )?(?:questions?|things?|ones?)\b"
    r"|to (?:begin|start) with|first(?: of all)?$|(?:just )?to be (?:sure|clear)"
    r"|quick(?:ly)?(?: questions?)?$)",
    re.IGNORECASE,
)
_SKIPPED = re.compile(
    r"\byou(?:'ve| have)? (?:just |still |also )?(?:skipped|missed|forgot|overlooked|ignored"
    r"|left out|did not answer|didn't answer|haven't answered|have not answered|only answered) "
    r"(?:to answer )?(?:(?:one|some|two|half|part|most|all|the|my|first|second|third|other|last"
    r"|of|rest|that) )*(?:one|some|two|half|part|questions?|rest|them|those|that|it)\b"
)
_OPENS = re.compile(
    r"^(?:how (?:many|much|long|often|big|large)|what (?:share|part|fraction|percentage) of"
    r"|what|which)(?: of)?(?: the| our)? ",
    re.IGNORECASE,
)
_NO_THING = re.compile(
    r"^(?:if|when|because|since|as|given|so|i|we|you|they|it|but|that|than|not)\b"
    r"|\b(?:is|are|was|were|have|has|do|does|can|will|would|want|need|first|second|third)\b",
    re.IGNORECASE,
)

THING_WORDS = 7  # of a question's subject, more of which nobody says back
LONGEST_ASKED = 400  # characters of a question whose subject is looked for
_LEAD = re.compile(
    r"^(?:(?:and|also|so|then|first|second|third|fourth|finally|lastly|ok(?:ay)?|oh|hm+|well)\b"
    r"[,:. ]*)+",
    re.IGNORECASE,
)
_SUBJECTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^how (?:many|much) (?P<thing>.+?)(?: (?:do|does|did|are|is|can|could|will|would|should|"
        r"have|has|need|work|exist|come|go|get)\b.*)?$",
        r"^(?:what|which)(?:'s| is| are| was| about)(?: with)? (?P<thing>.+?)$",
        r"^(?:what|which) (?P<thing>.+?) (?:do|does|did|are|is|can|could|will|would|should|have)"
        r"\b.*$",
        r"^(?:is|are) there (?:any |some |an? )?(?P<thing>.+?)$",
        r"^(?:do|does|can|could|may) (?:we|i|you|they) (?:have|know|get|use|see) "
        r"(?:any |some |an? )?(?P<thing>.+?)$",
        r"^(?P<thing>who (?!is\b|are\b|was\b|do\b|does\b|did\b|can\b|will\b|should\b)\w+ .+)$",
        r"^(?:about )?(?P<thing>(?:the|our) (?!.*\b(?:is|are|was|do|does|can|will)\b).+)$",
    )
)
_NUMERIC = re.compile(
    r"\bhow (?:many|much|often|long|large|big|high|far|fast|old)\b"
    r"|\b(?:what|which) (?:is the |the )?(?:average |typical |total )*"
    r"(?:share|fraction|percentage|proportion|number|rate|size|ratio|budget|cost|price)\b"
)


class Asked(NamedTuple):
    """What the questions of a message come to."""

    facts: tuple[str, ...] = ()
    """Ids of the facts that answer them."""
    unanswered: tuple[str, ...] = ()
    """Questions, or the clauses of one, about the system that no fact answers."""
    assumed: tuple[str, ...] = ()
    """Assumptions to be confirmed that no fact speaks about."""
    off_topic: bool = False
    """Whether a question is about nothing here."""


def look_up_in(judge: EmbeddedJudge, scene: Scene, message: Message) -> Asked:
    """Finds the facts that the last message asks for, also by "you skipped one"."""
    asked = look_up(judge, scene.case, message)
    if asked.facts or not _SKIPPED.search(cues.normalised(message.text)):
        return asked
    before = [turn.text for turn in scene.turns[:-1] if turn.role == "candidate"]
    told = next((t.move.facts for t in reversed(scene.turns) if t.move is not None), ())
    earlier = look_up(judge, scene.case, cut(before[-1])) if before else Asked()
    left = tuple(fact for fact in earlier.facts if fact not in told)
    if left or earlier.unanswered:
        return earlier._replace(facts=left)
    return earlier if earlier.facts else asked


def look_up(judge: EmbeddedJudge, case: Case, message: Message) -> Asked:
    """Finds the facts that a message asks for."""
    checked = assumptions_to_confirm(message.text)
    known: dict[str, str] = {}  # facts that speak about them, with what asked for each
    for one in checked:
        for fact in _speaking_of(judge, case, one.content):
            known.setdefault(fact, one.asks)
    asks = {one.asks for one in checked if one.presumed or one.asks in known.values()}
    questions = [question for question in message.questions if question.text not in asks]
    message = message._replace(questions=tuple(questions))
    asked = _look_up(judge, case, message) if questions else Asked()
    return asked._replace(
        facts=tuple(dict.fromkeys([*known, *asked.facts]))[:FACTS_AT_ONCE],
        assumed=tuple(
            shorten_quote(one.text)
            for one in checked
            if one.presumed and one.asks not in known.values()
        ),
    )


def _look_up(judge: EmbeddedJudge, case: Case, message: Message) -> Asked:
    vectors = judge.prepare(case)
    personal = np.array([cues.is_personal(question.text) for question in message.questions])
    rows = judge.encode([question.text for question in message.questions])
    topical = np.where(personal, 0.0, topicality(vectors, rows))
    facts: list[str] = []
    more: list[str] = []
    unanswered: list[str] = []
    for at, question in enumerate(message.questions):
        asked_us = (message.only_asks or question.addressed) and not question.rhetorical
        found, open_ = ([], []) if personal[at] else _facts(judge, case, question, asked_us)
        facts += found[:1]
        more += found[1:]
        # Whoever also wants a hint or the next part is not waiting for a figure.
        waits = asked_us and not message.wishes
        if waits and (found or topical[at] >= ON_TOPIC):
            unanswered += open_
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


def _facts(
    judge: EmbeddedJudge, case: Case, question: Question, asked_us: bool
) -> tuple[list[str], list[str]]:
    """Ids of the facts that answer a question, and what of it no fact answers.

    A question may ask for several things; each gets its fact or is left open by name.
    """
    if question.rhetorical:
        return [], []
    if not asked_us:
        known = _plainly_asked(judge, case, question.text)
        return ([known] if known else []), [question.text]
    asking = _asked_for(question.text)
    if len(asking) < 2:
        clauses = [clause for clause in _clauses(question.text) if not asking or clause in asking]
        parts = (cues.without_asking(question.text), *clauses)
        found = [_in_any_words(judge, case, part) for part in parts]
        best = max(found, key=lambda pair: pair[1] if pair[0] else 0.0)[0]
        return ([best], []) if best else ([], [question.text])
    facts: list[str] = []
    open_: list[str] = []
    for clause in _spelt_out(asking):
        told = _each_in_any_words(judge, case, clause)
        facts += told
        if not told and cues.inquires(clause) and len(clause.split()) >= SHORTEST_CLAUSE:
            open_.append(clause)
    whole = None if facts else _in_any_words(judge, case, question.text)[0]
    return list(dict.fromkeys([*facts, *([whole] if whole else [])])), open_


def _clauses(question: str) -> list[str]:
    """Clauses of a long question, any of which may say it all."""
    clauses = [part for _, _, part in _parts(question) if len(part.split()) >= SHORTEST_CLAUSE]
    return clauses if len(clauses) > 1 else []


def _parts(question: str) -> list[tuple[str, str, str]]:
    """Clauses of a question with the mark and the "and" or "or" before each."""
    parts: list[tuple[str, str, str]] = []
    mark, word, start = "", "", 0
    for gap in _CLAUSE.finditer(question):
        parts.append((mark, word, question[start : gap.start()].strip(" ?.")))
        mark, word, start = gap["mark"].strip()[:1], gap["and"] or "", gap.end()
    parts.append((mark, word, question[start:].strip(" ?.")))
    return [part for part in parts if part[2]]


def _asked_for(question: str) -> list[str]:
    """What a question asks for, one by one: its asking clauses, and the things in a list.

    What stands behind "or" and what spells an asking clause out is no question of its own.
    """
    found: list[str] = []
    spelt_out = False
    for mark, word, clause in _parts(cues.without_asking(question)):
        if _PREAMBLE.match(clause):
            continue
        if cues.inquires(clause):
            found.append(clause)
            spelt_out = False
            continue
        asked = bool(found) and cues.inquires(found[-1])
        spelt_out = mark != ")" and (spelt_out or (mark in (":", "(") and asked))
        thing = len(clause.split()) <= LISTED and not _NO_THING.search(clause)
        if thing and word != "or" and not spelt_out:
            found.append(clause)
    return found


def _spelt_out(clauses: Sequence[str]) -> list[str]:
    """Clauses of a question, each whole: "how long" goes on about what the one before it names."""
    whole: list[str] = []
    head = ""
    for clause in clauses:
        bare = not content_stems(clause)
        head = head if bare else _OPENS.sub("", clause)
        whole.append(f"{clause} {head}" if bare and head and cues.inquires(clause) else clause)
    return whole


def _in_any_words(judge: EmbeddedJudge, case: Case, question: str) -> tuple[str | None, float]:
    """The fact for a question; failing that, for the plain question that it amounts to."""
    fact, like = _likeness(judge, case, question)
    few = len(set(content_stems(question))) <= FEW and like < SURELY
    for plainly in () if fact and not few else cues.in_plain_words(question):
        if (known := _likeness(judge, case, plainly)[0]) is not None:
            return known, PLAIN_QUESTION
    return fact, like


def _each_in_any_words(judge: EmbeddedJudge, case: Case, clause: str) -> list[str]:
    """The fact for a clause, and one that is nearly as like it and shares more of its words."""
    best, like = _in_any_words(judge, case, clause)
    if best is None:
        return []
    owners, likes = _likes(judge, case, clause)
    shares = _shared_words(clause, case)
    near = [
        owner
        for owner, other in zip(owners, likes, strict=True)
        if other >= max(FACT_FOUND, like - NEARLY) and shares[owner] > shares[best]
    ]
    return [best, *near[:1]]


def _speaking_of(judge: EmbeddedJudge, case: Case, assumption: str) -> list[str]:
    """The facts that speak about an assumption, at most two."""
    owners, likes = _likes_told(judge, case, assumption)
    order = sorted(range(len(owners)), key=lambda at: -likes[at])[:2]
    best = owners[order[0]]
    ahead = likes[order[0]] - max((likes[at] for at in order[1:]), default=0.0)
    alone = A_LITTLE_AHEAD if _shared_words(assumption, case)[best] else FAR_AHEAD
    if TOLD_ALONE <= likes[order[0]] < SPOKEN_OF and ahead >= alone:
        return [best]
    enough = max(SPOKEN_OF, likes[order[0]] - BESIDE)
    return [owners[at] for at in order if likes[at] >= enough]


def _likes_told(judge: EmbeddedJudge, case: Case, text: str) -> tuple[Sequence[str], list[float]]:
    """The facts with how much a statement is like each: what it tells, or how it is asked for."""
    owners, likes = _likes(judge, case, text)
    said = [(fact.id, part) for fact in case.facts for part in split_sentences(fact.answer)]
    near = judge.encode([part for _, part in said]) @ judge.encode([text])[0]
    told = {owner: 0.0 for owner in owners}
    for (owner, _), cosine in zip(said, near, strict=True):
        told[owner] = max(told[owner], float(cosine))
    shares = _shared_words(text, case)
    both = zip(owners, likes, strict=True)
    return owners, [max(like, told[owner] + WORD_SHARE * shares[owner]) for owner, like in both]


def _likes(judge: EmbeddedJudge, case: Case, question: str) -> tuple[Sequence[str], list[float]]:
    """The facts with how much a question is like each."""
    facts = judge.prepare(case).facts
    cosines = facts.closest(judge.encode([question]))[0]
    shares = _shared_words(question, case)
    shared = (WORD_SHARE * shares[fact] for fact in facts.owners)
    return facts.owners, [float(cos) + more for cos, more in zip(cosines, shared, strict=True)]


def _likeness(judge: EmbeddedJudge, case: Case, question: str) -> tuple[str | None, float]:
    """The fact that answers a question best, when it does, and how much it is like it."""
    facts = judge.prepare(case).facts
    cosines = facts.closest(judge.encode([question]))[0]
    shares = _shared_words(question, case)
    shared = [WORD_SHARE * shares[fact] for fact in facts.owners]
    likes = cosines + np.array(shared)
    best = int(likes.argmax())
    ahead = float(cosines[best]) - float(np.delete(cosines, best).max(initial=0.0))
    clear = shared[best] > 0 and float(cosines[best]) >= CLEARLY and ahead >= AHEAD
    found = clear or float(likes[best]) >= FACT_FOUND
    return (facts.owners[best] if found else None), float(likes[best])


def _plainly_asked(judge: EmbeddedJudge, case: Case, question: str) -> str | None:
    """The fact that a question inside an answer asks for, when that is beyond doubt."""
    facts = judge.prepare(case).facts
    cosines = facts.closest(judge.encode([question]))[0]
    best = int(cosines.argmax())
    return facts.owners[best] if float(cosines[best]) >= ASKS_ELSEWHERE else None


def _shared_words(question: str, case: Case) -> dict[str, float]:
    """Share of a question's words that each fact uses too, 0-1."""
    asked = set(content_stems(question))
    shares: dict[str, float] = {}
    for fact in case.facts:
        words = {stem for text in (*fact.topics, fact.answer) for stem in content_stems(text)}
        shares[fact.id] = len(asked & words) / max(1, len(asked))
    return shares


def thing_asked(question: str) -> str:
    """What a question is about, in the candidate's words; empty where it has no plain subject."""
    if len(question) > LONGEST_ASKED:
        return ""
    line = _LEAD.sub("", cues.without_asking(question)).strip(" ?.!,")
    for pattern in _SUBJECTS:
        match = pattern.match(line)
        if match and len(match["thing"].split()) <= THING_WORDS and '"' not in match["thing"]:
            return _mine(match["thing"].strip(" ,"))
    return ""


def asks_for_a_number(question: str) -> bool:
    """Whether a question is answered by a number."""
    return bool(_NUMERIC.search(cues.normalised(question)))


def _mine(thing: str) -> str:
    """A thing as the interviewer would say it."""
    return re.sub(r"\b(?:my|your|our)\b", "the", thing)
