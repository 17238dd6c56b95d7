"""A played script as its evals look at it: who said what, and what answered it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from interviewer.core.act import Move
from interviewer.core.case import Case
from interviewer.results.result import Result
from interviewer.simulation.expectations import Exchange, Said
from interviewer.simulation.listening import Conversation, Place
from interviewer.simulation.player import Played, Script
from interviewer.text.sentences import find_quote, split_prose, split_sentences

CUES = Path(__file__).with_name("cues.yaml")


class Reply(NamedTuple):
    """What the interviewer answered to one message of the candidate."""

    turn: int
    """Of the message."""
    message: str
    text: str
    move: Move
    exchange: Exchange | None
    """What was read in the message; None where the runner spoke for the script."""

    @property
    def asks(self) -> bool:
        """Whether it asks something, with a question mark or without (`walk me through`)."""
        return "?" in self.text or any(
            cue("request").search(sentence) for sentence in split_prose(self.text)
        )


class Heard(NamedTuple):
    """A whole interview with its script."""

    case: Case
    script: Script
    result: Result
    replies: tuple[Reply, ...]
    turns: Mapping[Said, int]
    """The turn in which a message of the script was said; those never said are missing."""

    @property
    def conversation(self) -> Conversation:
        """What is looked for."""
        return self.script.conversation or Conversation()

    def turn_of(self, place: Place) -> int | None:
        """The turn that holds a quote of the script; None where it was never said."""
        return self.turns.get(Said(step=place.step, message=place.message))

    def replies_to(self, place: Place, within: int = 1) -> tuple[Reply, ...]:
        """The replies to a message of the script, and to those that follow it."""
        turn = self.turn_of(place)
        if turn is None:
            return ()
        return tuple(reply for reply in self.replies if reply.turn >= turn)[:within]


def heard(played: Played, script: Script, case: Case) -> Heard:
    """Sorts a played script."""
    lines = {line.turn: line for line in played.result.transcript}
    by_turn = {exchange.turn: exchange for exchange in played.exchanges}
    replies = []
    for turn, line in sorted(lines.items()):
        answer = lines.get(turn + 1)
        if line.role == "candidate" and answer is not None and answer.role == "interviewer":
            move = Move.model_validate(answer.move)
            replies.append(Reply(turn, line.text, answer.text, move, by_turn.get(turn)))
    turns = {exchange.said: exchange.turn for exchange in played.exchanges}
    return Heard(case, script, played.result, tuple(replies), turns)


@cache
def cue(name: str) -> re.Pattern[str]:
    """The pattern of a list of `cues.yaml`."""
    patterns: Sequence[str] = yaml.safe_load(CUES.read_text("utf-8"))[name]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def same_sentence(one: str, other: str, message: str) -> bool:
    """Whether a sentence of the message has words of both quotes."""
    text = _plain(message)
    return bool(_sentences_at(one, text) & _sentences_at(other, text))


def _sentences_at(quote: str, text: str) -> set[int]:
    """Which sentences of a text a quote of it reaches into."""
    words = _plain(find_quote(_plain(quote), text) or "")
    begins = text.find(words) if words else -1
    if begins < 0:
        return set()
    ends, found, at = begins + len(words), set[int](), 0
    for number, sentence in enumerate(split_sentences(text)):
        at = max(at, text.find(sentence, at))
        if at < ends and begins < at + len(sentence):
            found.add(number)
        at += len(sentence)
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())
