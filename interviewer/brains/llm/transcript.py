"""A whole interview as a model reads it: the candidate's sentences numbered, questions between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from interviewer.brains.llm.assessing import prepare_message
from interviewer.brains.llm.context import LEFT_OUT, delimited, end_of, plain
from interviewer.core.case import Case
from interviewer.core.transcript import Turn
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.tokens import count_tokens

QUESTION_TOKENS = 50  # of what the interviewer said before a message, from its end
TRANSCRIPT_TOKENS = 5000  # of what is shown in all; both where a request asks for no more
_MARK = 4  # tokens of a sentence's number and its line break


@dataclass(frozen=True)
class Line:
    """One sentence of the candidate.

    Attributes:
        turn: number of the turn that says it.
        text: verbatim.
        left_out: the model does not see it: a prompt injection, or not in English.
    """

    turn: int
    text: str
    left_out: bool = False


@dataclass(frozen=True)
class NumberedTranscript:
    """What was said, sentence n of the prompt at n - 1.

    Attributes:
        lines: the candidate's sentences.
        questions: what the interviewer said before a turn of the candidate.
        injections: sentences that try to direct the judge.
        shown: indexes of the lines that the prompt has.
    """

    lines: tuple[Line, ...]
    questions: dict[int, str]
    injections: tuple[str, ...]
    shown: frozenset[int]

    @property
    def sentences(self) -> list[str]:
        """The candidate's sentences in their order."""
        return [line.text for line in self.lines]

    @property
    def left_out(self) -> frozenset[int]:
        """Indexes of what a model does not see."""
        return frozenset(at for at, line in enumerate(self.lines) if line.left_out)

    def text(self) -> str:
        """For the prompt, between marks that nobody can have written."""
        told: list[str] = []
        turn = 0
        for at in sorted(self.shown):
            line = self.lines[at]
            if line.turn != turn and self.questions.get(line.turn):
                told.append(f"Q: {self.questions[line.turn]}")
            turn = line.turn
            told.append(f"[{at + 1}] {LEFT_OUT if line.left_out else plain(line.text)}")
        return delimited("answer", told)


def number_transcript(
    judge: EmbeddedJudge, turns: Sequence[Turn], question: int = QUESTION_TOKENS
) -> NumberedTranscript:
    """The whole transcript (blocking).

    Args:
        judge: tells what a sentence is about.
        turns: everything that was said.
        question: tokens of what is shown of each of the interviewer's turns: their end.
    """
    lines: list[Line] = []
    questions: dict[int, str] = {}
    injections: list[str] = []
    asked = ""
    for turn in turns:
        if turn.role == "interviewer":
            asked = end_of(turn.text, question)
            continue
        questions[turn.number] = asked
        prepared = prepare_message(judge, turn.text, turn.sketch)
        injections += prepared.injections
        lines += [
            Line(turn.number, text, at in prepared.left_out)
            for at, text in enumerate(prepared.sentences)
        ]
    shown = frozenset(range(len(lines)))
    return NumberedTranscript(tuple(lines), questions, tuple(injections), shown)


def cut_transcript(
    judge: EmbeddedJudge,
    case: Case,
    whole: NumberedTranscript,
    items: Sequence[str],
    most: int = TRANSCRIPT_TOKENS,
) -> NumberedTranscript:
    """As much of a transcript as a prompt has room for, what is nearest to some items first.

    Args:
        judge: whose vectors say what is near (blocking).
        case: the case.
        whole: the transcript.
        items: ids of the items that are looked for.
        most: tokens that there is room for.
    """
    room = most - sum(count_tokens(asked) + _MARK for asked in whole.questions.values())
    sizes = [count_tokens(line.text) + _MARK for line in whole.lines]
    if sum(sizes) <= room:
        return whole
    vectors = judge.prepare(case)
    wanted = [at for at, item in enumerate(vectors.items) if item.id in set(items)]
    nearness = vectors.earns.closest(judge.encode(whole.sentences))[:, wanted].max(axis=1)
    kept: set[int] = set()
    for at in np.argsort(-nearness, kind="stable").tolist():
        if sizes[at] <= room and not whole.lines[at].left_out:
            kept.add(at)
            room -= sizes[at]
    return replace(whole, shown=frozenset(kept))
