"""What the next reply may say: what was heard, the figures that are known, what is still secret."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from interviewer.brains.llm.told import Known, figures_told, values_of
from interviewer.brains.protocol import Scene
from interviewer.cases.leaks import Phrases, Terms, distinctive_terms, rubric_phrases, runs_of
from interviewer.core.agenda import Agenda, TopicState
from interviewer.core.case import Case
from interviewer.text.quantities.figures import Figure, read_figures
from interviewer.text.sentences import content_stems, split_prose, split_sentences

RUN = 5  # words in a row of the rubric that are no accident
POINT = 4  # words of its own from which a text of the rubric can be given away


class Secrets(NamedTuple):
    """What the interviewer may not say of a case before the candidate has.

    Attributes:
        phrases: runs of the rubric's words, for whoever words a draft that has some of them.
        runs: shorter ones.
        terms: words that tell an item from the others.
        points: words of each sentence about an item or a red flag that nothing sayable has.
    """

    phrases: Phrases
    runs: Phrases
    terms: dict[str, Terms]
    points: dict[str, tuple[frozenset[str], ...]]


def secrets_of(case: Case) -> Secrets:
    """Reads them once for a case."""
    sayable = frozenset(stem for text in _sayable(case) for stem in content_stems(text))
    texts: dict[str, tuple[str, ...]] = {flag.id: (flag.statement,) for _, flag in case.red_flags()}
    texts |= {item.id: (item.statement, item.met_when, item.exemplar) for _, item in case.items()}
    points = {
        id_: tuple(
            frozenset(content_stems(sentence)) - sayable
            for text in own
            for sentence in split_prose(text)
        )
        for id_, own in texts.items()
    }
    return Secrets(
        rubric_phrases(case), rubric_phrases(case, RUN), dict(distinctive_terms(case)), points
    )


def _sayable(case: Case) -> Iterator[str]:
    """Texts of a case that the candidate may be told."""
    yield case.opening
    yield from (fact.answer for fact in case.facts)
    yield from (step.question for step in case.steps.values())
    yield from (flag.challenge for _, flag in case.red_flags())
    yield from (change.text for change in case.constraint_changes)
    yield from (doubt.text for doubt in case.push_backs)
    for dive in case.deep_dives:
        yield from (dive.question, *dive.follow_ups)


def limits_of(scene: Scene, agenda: Agenda, secrets: Secrets) -> Limits:
    """What may be said in the next reply."""
    heard = [turn.whole for turn in scene.turns if turn.role == "candidate"]
    spoken = [turn.text for turn in scene.turns if turn.role == "interviewer"]
    hint = agenda.hint.text if agenda.hint else ""
    known = (*_sayable(scene.case), *spoken, *heard, hint)
    stems = frozenset(stem for text in known for stem in content_stems(text))
    opened = {topic.item for topic in agenda.topics if topic.state is not TopicState.OPEN}
    opened |= {claim.id for claim in agenda.claims}
    used, planned = agenda.minutes
    return Limits(
        said={sentence for text in spoken for sentence in split_sentences(text)},
        heard=" ".join(heard),
        stems=stems,
        values=tuple(dict.fromkeys(value for text in known for value in _values(text))),
        facts=tuple(f for fact in scene.case.facts for f in figures_told(fact.answer)),
        secrets=secrets.runs - {run for text in (*heard, *spoken) for run in runs_of(text, RUN)},
        terms={
            item: {term: share for term, share in terms.items() if term not in stems}
            for item, terms in secrets.terms.items()
            if item not in opened
        },
        points=[
            left
            for item, points in secrets.points.items()
            for point in points
            if item not in opened and len(left := point - stems) >= POINT
        ],
        minutes_left=planned - used,
    )


@lru_cache(maxsize=2048)  # most texts are the same from one message to the next
def _values(text: str) -> tuple[Known, ...]:
    """The figures of a text, sentence by sentence as long ones are not read to their end."""
    return tuple(v for part in split_sentences(text) for v in values_of(read_figures(part)))


@dataclass(frozen=True)
class Limits:
    """What may be said in a reply that the model finds by itself.

    Attributes:
        said: sentences that the interviewer has said before.
        heard: what the candidate has said.
        stems: of everything that the candidate has said or may be told.
        values: figures of the same.
        facts: figures of the case's facts.
        secrets: runs of the rubric's words that nobody has said.
        terms: words that tell an item from the others, for those that nobody has touched.
        points: words of what such an item asks for, a set for each of its texts.
        minutes_left: of the interview.
    """

    said: Collection[str] = ()
    heard: str = ""
    stems: frozenset[str] = frozenset()
    values: Sequence[Known] = ()
    facts: Sequence[Figure] = ()
    secrets: Phrases = frozenset()
    terms: Mapping[str, Terms] | None = None
    points: Sequence[frozenset[str]] = ()
    minutes_left: float = 45.0
