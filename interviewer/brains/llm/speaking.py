"""Guided style: the policy has decided, and the model only puts the draft into better words.

The draft of the embedded brain says what has to reach the candidate. The model may put it better;
it may not add figures, give the rubric away, praise, ask twice or repeat itself. A sentence that
does is left out, and what the model did not say of the draft is said in the draft's own words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from interviewer.brains.llm import context
from interviewer.brains.llm.context import delimited, plain
from interviewer.brains.llm.guards import (
    MARKUP,
    QUOTES,
    TIME,
    asked_before,
    clean,
    figures_in,
    words_in_runs,
)
from interviewer.brains.protocol import SPOKEN_WORDS, TITLES, Draft, Scene
from interviewer.cases.leaks import Phrases, leaks_in
from interviewer.core.act import Move
from interviewer.core.transcript import Turn
from interviewer.llm.call import Request
from interviewer.llm.prompts import load_prompt
from interviewer.llm.tokens import cut_to_tokens
from interviewer.llm.usage import Kind
from interviewer.text.sentences import content_stems, split_sentences, words_of

MOST_TOKENS = 160
MESSAGE_TOKENS = 260  # of the candidate's message that the words are tied to
LATELY = 6  # interviewer turns whose first words are used up
SOURCE_TOKENS = 90  # of what was retrieved
TELLING = 4  # words that carry meaning, from which a sentence says something of its own
CONVEYED = 0.4  # share of them that has to be in what was told
OWED = 0.6  # the same for a fact: half of it is not told
OPENER = 3  # words that make two sentences begin alike
_VERDICT = re.compile(
    r"\b(?:great|good|nice|well done|excellent|perfect(?:ly)?|exactly|correct(?:ly)?|incorrect"
    r"|right|wrong|brilliant|awesome|impressive|fantastic|amazing|wonderful|mistaken?|weak|strong"
    r"|solid|interesting|love|spot on|makes sense|thank you|thanks|rubric"
    r"|points? (?:you|that) (?:missed|earned)|out of (?:five|ten|5|10)"
    r"|instructions?|prompts?|(?:as|am|i'm) an? (?:ai|language model)"
    r"|(?:you\w*|i|i'll|i'd|this|that|answers?|step|interview)\b[^.?!]{0,20}\bscore[sd]?"
    r"|score[sd]?\b[^.?!]{0,12}\b(?:\d+|one|two|three|four|five|full|high|low|top|perfect))\b",
    re.IGNORECASE,
)
_TERM = re.compile(r"\b(?:score[sd]?|language model)\b", re.IGNORECASE)
"""Words of the subject that could be about the interview: nobody says them before the candidate or
the draft has."""


def say_request(
    scene: Scene, move: Move, draft: Sequence[str], sources: Sequence[str], unseen: Sequence[str]
) -> Request:
    """What the model is asked to say.

    Args:
        scene: the interview up to the candidate's turn.
        move: what the reply does.
        draft: what it has to say, in the embedded brain's words.
        sources: why interviewers ask about what the candidate has said.
        unseen: sentences of the candidate that the model does not see.
    """
    prompt, manner, settings = load_prompt("say"), load_prompt("manner"), scene.settings
    kinds = (settings.persona, settings.mode, settings.focus)
    wanted = [f"{type(kind).__name__.lower()} {kind.value}" for kind in kinds]
    system = prompt.render(
        "system",
        title=scene.case.title,
        level=manner.render(f"level {settings.level.value}"),
        manner=" ".join(filter(None, (manner.render(name) for name in wanted))),
    )
    user = prompt.render(
        "user",
        step=TITLES[move.step],
        move=manner.render(f"move {move.kind.value}"),  # the prompt calls it the act
        notebook=delimited("notebook", [context.digest(scene)]),
        sources=cut_to_tokens(" ".join(sources), SOURCE_TOKENS) or context.NOTHING,
        asked=context.last_asked(scene),
        message=delimited("message", [_message(scene, unseen)]),
        avoid="; ".join(_beginnings(scene.turns)) or context.NOTHING,
        draft=" ".join(draft),
    )
    return Request(Kind.SAY, (("system", system), ("user", user)), MOST_TOKENS)


def bounds_of(scene: Scene, draft: Draft, secrets: Phrases) -> Bounds:
    """What may be said in this reply."""
    spoken = [turn for turn in scene.turns if turn.role == "interviewer"]
    said = {sentence for turn in spoken for sentence in split_sentences(turn.text)}
    said_by_candidate = " ".join(turn.whole for turn in scene.turns if turn.role == "candidate")
    return Bounds(
        draft=draft.sentences,
        said=said,
        openers={tuple(words_of(turn.text)[:OPENER]) for turn in spoken[-LATELY:]},
        candidate=said_by_candidate,
        known=" ".join((*scene.notebook.facts, scene.case.opening)),
        secrets=secrets,
        owed=draft.owed,
        room=draft.room,
    )


def _message(scene: Scene, unseen: Sequence[str]) -> str:
    """The candidate's message without what the model is not to see; its end where it is long."""
    if not scene.turns or scene.turns[-1].role != "candidate":
        return context.NOTHING
    text = scene.turns[-1].text or scene.turns[-1].sketch
    for sentence in unseen:
        text = text.replace(sentence, " ")
    words = plain(text).split()
    return cut_to_tokens(" ".join(words[-MESSAGE_TOKENS // 2 :]), MESSAGE_TOKENS)


def _beginnings(turns: Sequence[Turn]) -> list[str]:
    spoken = [turn.text for turn in turns if turn.role == "interviewer"][-LATELY:]
    return list(dict.fromkeys(" ".join(text.split()[:OPENER]) for text in spoken))


# What may be said


@dataclass(frozen=True)
class Bounds:
    """What may be said in one reply.

    Attributes:
        draft: the sentences of the embedded brain for this move.
        said: sentences that the interviewer has said before.
        openers: first words that are used up.
        candidate: what the candidate has said.
        known: other texts whose figures may be told.
        secrets: runs of the rubric's words.
        owed: sentences of the draft that have to reach the candidate: facts and what stays open.
        room: how many words there may be.
    """

    draft: Sequence[str]
    said: Collection[str] = ()
    openers: Collection[tuple[str, ...]] = ()
    candidate: str = ""
    known: str = ""
    secrets: Phrases = frozenset()
    owed: Collection[str] = ()
    room: int = SPOKEN_WORDS

    @property
    def question(self) -> str:
        """The question of the draft; empty when it asks nothing."""
        return next((s for s in reversed(self.draft) if s.rstrip(QUOTES).endswith("?")), "")

    def statements(self, *, after: bool) -> list[str]:
        """The draft's sentences before its question, or those after it."""
        at = self.draft.index(self.question) if self.question else len(self.draft)
        return list(self.draft[at + 1 :] if after else self.draft[:at])


class GuardedReply:
    """One reply under way.

    Args:
        bounds: what may be said in it.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._told: list[str] = []
        self._question = ""
        spoken = " ".join((*bounds.draft, bounds.candidate))
        self._terms = {term.lower() for term in _TERM.findall(spoken)}
        self._figures = figures_in(" ".join((*bounds.draft, bounds.candidate, bounds.known)))
        self._allowed = words_in_runs(spoken, bounds.secrets)

    def take(self, sentence: str) -> str | None:
        """A sentence of the model as it may be shown now, or None.

        A question waits for `close`, because it comes last.
        """
        text = clean(sentence)
        if not text or self._question or not self._is_fit(text):
            return None
        if text.rstrip(QUOTES).endswith("?"):
            if self._bounds.question:
                self._question = text
            return None
        if not self._fits(text):
            return None
        self._told.append(text)
        return text

    def close(self) -> Iterator[str]:
        """What is still to be said: what the model left out of the draft, and the question."""
        question = self._question or self._bounds.question
        yield from self._left_out(self._bounds.statements(after=False))
        if question and len(question.split()) + self._words > self._bounds.room:
            question = self._bounds.question
        if question:
            self._told.append(question)
            yield question
            yield from self._left_out(self._bounds.statements(after=True))
        elif not self._told:
            yield from self._bounds.draft

    @property
    def begun(self) -> bool:
        """Whether anything has been shown."""
        return bool(self._told)

    @property
    def _words(self) -> int:
        return sum(len(text.split()) for text in self._told)

    def _left_out(self, statements: Sequence[str]) -> Iterator[str]:
        """Statements of the draft that the model has not conveyed in its own words."""
        for sentence in statements:
            owed = sentence in self._bounds.owed
            if not self._conveys(sentence) and (owed or self._fits(sentence)):
                self._told.append(sentence)
                yield sentence

    def _conveys(self, sentence: str) -> bool:
        """Whether a statement was told: all its figures, and enough of what it is about.

        Bridges say little of their own, and so do the candidate's words said back; the model may
        leave them out.
        """
        told = " ".join((*self._told, self._question))
        if figures_in(sentence) - figures_in(told):
            return False
        stems = set(content_stems(sentence))
        owed = sentence in self._bounds.owed
        if not owed and (len(stems) < TELLING or '"' in sentence):
            return bool(told)
        enough = OWED if owed else CONVEYED
        return len(stems & set(content_stems(told))) >= enough * len(stems)

    def _fits(self, text: str) -> bool:
        """Whether there is room for a sentence before the question."""
        question = self._question or self._bounds.question
        asks = 0 if question in self._told else len(question.split())
        return self._words + len(text.split()) + asks <= self._bounds.room

    def _is_fit(self, text: str) -> bool:
        first = not self._told
        return not (
            MARKUP.search(text)
            or _VERDICT.search(own := _without_quotes(text, self._bounds))
            or {term.lower() for term in _TERM.findall(own)} - self._terms
            or text.count("?") > 1
            or asked_before(text, self._bounds.said)
            or (TIME.search(text) and not any(map(TIME.search, self._bounds.draft)))
            or (first and tuple(words_of(text)[:OPENER]) in self._bounds.openers)
            or figures_in(text) - self._figures
            or set(leaks_in(text, self._bounds.secrets)) - self._allowed
        )


def _without_quotes(text: str, bounds: Bounds) -> str:
    """A text without the draft's own sentences and the candidate's quoted words."""
    for sentence in bounds.draft:
        text = text.replace(sentence, "")
    kept = re.sub(r"[\"\u201c][^\"\u201c\u201d]*[\"\u201d]", "", text)
    return kept
