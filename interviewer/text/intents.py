"""What a message does, read from its words; where it wants to go, to another part or to the end.

A long message is mostly an answer, and answers use the same words as wishes ("skip", "go back to
the previous version", "a hint of intent"); so in a long message a wish counts only where wishes
are spoken: in its first or last sentence, to the interviewer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

import yaml

from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.text.cues import (
    CONTROL,
    READ,
    asks_what_it_is,
    attempts,
    expand,
    named_words,
    normalised,
    read_cues,
)
from interviewer.text.injection import QUOTED
from interviewer.text.sentences import split_sentences, words_of

BRIEF = 14  # words up to which a message counts as saying little else
LONG = 25  # words from which a wish counts only at the edges
CLOSING = 8  # words of a last sentence that only rounds off the wish before it
MOSTLY_DIRECTING = 5  # words that a sentence may hold besides a wish and still be no answer
MOSTLY_GIVING_UP = 8  # the same for "I don't know", which names what is not known
OPENS = 12  # words after an announcement from which the part is opened by answering it
SUMS_UP = 20  # words after "to sum up" from which it is a summary
SENTENCES = 60  # of a message that are looked at for where it wants to go
ANNOUNCED = 60  # characters of a sentence in which it announces a part


_MEANT_BY_TALK = {
    Intent.DEFINE: {Intent.REPEAT, Intent.EXAMPLE, Intent.DONT_KNOW, Intent.THINK},
    Intent.EXAMPLE: {Intent.REPEAT, Intent.HINT_REQUEST, Intent.THINK},
    Intent.REPEAT: {Intent.DONT_KNOW, Intent.ASK_OPINION},
    Intent.POSTPONE: {
        Intent.REPEAT,
        Intent.MOVE_ON,
        Intent.GO_BACK,
        Intent.DONT_KNOW,
        Intent.THINK,
    },
    Intent.ALREADY_SAID: {Intent.DONT_KNOW, Intent.THINK},
    **dict.fromkeys(
        (Intent.SEEK_VERDICT, Intent.ASK_OPINION, Intent.ASK_CONCERN),
        {Intent.FOCUS_QUESTION, Intent.HINT_REQUEST, Intent.THINK},
    ),
    Intent.OFFER: {Intent.FOCUS_QUESTION},
    Intent.ASK_TIME: {Intent.FOCUS_QUESTION, Intent.THINK, Intent.REPEAT},
}
"""Talk about the talk, and what the same words would otherwise be taken for."""
_MEANT_BY_GOING = {Intent.FOCUS_QUESTION, Intent.REPEAT, Intent.GO_BACK, Intent.DONT_KNOW}
_MEANT_BY_CLOSING = {Intent.END, Intent.OFFER, Intent.ASK_CONCERN, Intent.ALREADY_SAID}


class Reading(NamedTuple):
    """What the words of a message show."""

    intents: frozenset[Intent]
    asides: frozenset[int]
    """Indexes of sentences that direct the interview or inject a prompt; they answer nothing."""
    wishes: frozenset[int]
    """Indexes of sentences that ask something of the interviewer, but no fact of the case."""


def read_intents(text: str, *, yes_means: Intent | None = None) -> frozenset[Intent]:
    """Intents that a message's own words show; see `read`."""
    return read(split_sentences(text), yes_means=yes_means).intents


@lru_cache(maxsize=64)  # a message is read for its wishes, for the agenda, and for what it asks
def read(sentences: tuple[str, ...], *, yes_means: Intent | None = None) -> Reading:
    """What the words of a message show; whether it also answers is the judge's to say.

    Args:
        sentences: the message, cut with `split_sentences`.
        yes_means: what a bare "yes" asks for after what the interviewer last said.
    """
    lines = [normalised(sentence) for sentence in sentences]
    whole = " ".join(lines)
    if reply := _reply(whole, yes_means) if yes_means else None:
        everything = frozenset(range(len(lines)))
        return Reading(frozenset({reply}), everything, everything)
    size = len(words_of(whole))
    injected = _injections(lines)
    heard = {
        at: _read_sentence(line, _places(at, lines, size))
        for at, line in enumerate(lines)
        if at not in injected
    }
    _hear_where_to(lines, heard)
    alone: set[Intent] = set()
    if size <= BRIEF and not injected:
        alone = {intent for intent in READ if read_cues().intents[intent].is_all_of(whole)}
    if attempts(whole):
        alone.discard(Intent.DONT_KNOW)
        for intents in heard.values():
            intents.discard(Intent.DONT_KNOW)
    if len(lines) == 1 and not injected:
        heard[0] |= alone
    wishes = {at for at, intents in heard.items() if intents & CONTROL}
    asides = {at for at in wishes if _says_little_else(lines[at], heard[at], alone)}
    found = alone.union(*heard.values(), {Intent.MANIPULATION} if injected else ())
    return Reading(
        intents=frozenset(_settle(found, size)),
        asides=frozenset(injected | asides),
        wishes=frozenset(injected | wishes),
    )


def _reply(whole: str, yes_means: Intent) -> Intent | None:
    """What a message says to the offer before it; None where it says something else."""
    size = len(words_of(whole))
    if size > BRIEF:
        return None
    if yes_means is Intent.HINT_REQUEST and read_cues().costs.search(whole):
        return Intent.REPEAT
    if size <= CLOSING + 2 and read_cues().without_help.search(whole):
        return Intent.THINK
    if read_cues().declines.search(whole):
        return Intent.THINK if yes_means is Intent.MOVE_ON else Intent.MOVE_ON
    return yes_means if read_cues().accepts.search(whole) else None


def _places(at: int, lines: Sequence[str], size: int) -> Collection[str]:
    """Names of the places that a sentence stands in; a short message is all edge."""
    last = len(lines) - 1
    if size <= LONG or at == last:
        return ("anywhere", "edges", "last")
    nearly_last = at == last - 1 and len(words_of(lines[last])) <= CLOSING
    return ("anywhere", "edges") if at == 0 or nearly_last else ("anywhere",)


def _read_sentence(line: str, places: Collection[str]) -> set[Intent]:
    cues = read_cues().intents
    found: set[Intent] = {
        intent
        for intent in READ
        if intent is not Intent.MANIPULATION
        and cues[intent].where in places
        and cues[intent].find(line)
    }
    return found | {Intent.DEFINE} if asks_what_it_is(line) else found


def _hear_where_to(lines: Sequence[str], heard: dict[int, set[Intent]]) -> None:
    """Adds what asks to go to a part or to close; the same words are no other wish then."""
    going = requests(lines)
    if any(closes(lines[at]) for at in going):
        for intents in heard.values():
            intents.discard(Intent.ALREADY_SAID)  # "I have covered it all" closes as well
    for at in going:
        named = read_moving().summary.search(lines[at])
        if at in heard and (Intent.END not in heard[at] or named):
            heard[at] -= _MEANT_BY_GOING | (_MEANT_BY_CLOSING if closes(lines[at]) else set())
            heard[at].add(Intent.MOVE_ON)
    if lines and has_summed_up(lines[-1]) and len(lines) - 1 in heard:
        heard[len(lines) - 1] = {Intent.END}


def _says_little_else(line: str, intents: set[Intent], alone: set[Intent]) -> bool:
    if intents & alone & CONTROL:
        return True
    matches = [read_cues().intents[intent].find(line) for intent in intents & CONTROL]
    longest = max((len(words_of(match.group())) for match in matches if match), default=0)
    allowed = MOSTLY_GIVING_UP if Intent.DONT_KNOW in intents else MOSTLY_DIRECTING
    return len(words_of(line)) - longest <= allowed


def injections_in(sentences: Sequence[str]) -> frozenset[int]:
    """Indexes of sentences whose words are a prompt injection: they try to direct the judge."""
    return frozenset(_injections([normalised(sentence) for sentence in sentences]))


def _injections(lines: Sequence[str]) -> set[int]:
    """Sentences that inject a prompt, alone or with the next where they were cut in two."""
    cue = read_cues().intents[Intent.MANIPULATION]
    said = [QUOTED.sub("", line) for line in lines]
    alone = {at for at, line in enumerate(said) if cue.find(line)}
    together: set[int] = set()
    for at, (line, follows) in enumerate(pairwise(said)):
        whole = line.endswith((".", "!", "?"))
        if not whole and alone.isdisjoint((at, at + 1)) and cue.find(f"{line} {follows}"):
            together |= {at, at + 1}
    return alone | together


def _settle(found: set[Intent], size: int) -> set[Intent]:
    """Of wishes that exclude one another, the one that was meant."""
    for talk, meant in _MEANT_BY_TALK.items():
        if talk in found:
            found -= meant
    if Intent.HINT_REQUEST in found:
        found -= {Intent.DONT_KNOW, Intent.MOVE_ON}
    if Intent.MOVE_ON in found:
        found -= {Intent.DONT_KNOW}
    if Intent.DISAGREE in found:
        found -= {Intent.REVISION}  # it is the interviewer who is told to be wrong
    if found - {Intent.THINK, Intent.REVISION, Intent.ASSUMPTION}:
        found -= {Intent.THINK}
    if not size and not found:
        found.add(Intent.DONT_KNOW)
    return found


def step_wanted(text: str, intent: Intent) -> StepId | None:
    """The step that a wish to go back or to move on names first, if it names one."""
    if intent is Intent.MOVE_ON and (step := requested_in(text)):
        return step
    cue = read_cues().intents[intent]
    for sentence in map(normalised, split_sentences(text)):
        if match := cue.find(sentence):
            return first_step(sentence[match.start() :])
    return None


def first_step(wish: str) -> StepId | None:
    """The step that a normalised text names first."""
    found = {step: m.start() for step, p in read_cues().steps.items() if (m := p.search(wish))}
    return min(found, key=found.__getitem__, default=None)


# Where a candidate wants to go


@dataclass(frozen=True)
class Moving:
    """Everything in `moving.yaml`, compiled."""

    requests: tuple[re.Pattern[str], ...]
    no_request: re.Pattern[str]
    announces: re.Pattern[str]
    turns_to: re.Pattern[str]
    closings: tuple[re.Pattern[str], ...]
    that_was_it: re.Pattern[str]
    summary: re.Pattern[str]
    sums_up: re.Pattern[str]
    deictic: re.Pattern[str]


@cache
def read_moving() -> Moving:
    """Reads and compiles the shipped patterns once."""
    text = files("interviewer.text").joinpath("moving.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    words = named_words(data.pop("words"))
    compiled: dict[str, Any] = {
        name: re.compile(expand(listed, words))
        if isinstance(listed, str)
        else tuple(re.compile(expand(pattern, words)) for pattern in listed)
        for name, listed in data.items()
    }
    return Moving(**compiled)


def step_requested(line: str) -> StepId | None:
    """The step that a normalised sentence asks to go to; None when it asks for none."""
    if closes(line):
        return StepId.SUMMARY
    moving = read_moving()
    for pattern in moving.requests:
        match = pattern.search(line)
        if match is not None and not moving.no_request.search(line):
            return first_step(match["to"])
    return None


def closes(line: str) -> bool:
    """Whether a normalised sentence offers a summary or says that the design is complete."""
    moving = read_moving()
    if moving.deictic.search(line):
        return False
    return any(pattern.search(line) for pattern in moving.closings)


def has_summed_up(line: str) -> bool:
    """Whether a normalised sentence says that what came before it was the summary."""
    return read_moving().that_was_it.search(line) is not None


def requests(lines: Sequence[str]) -> dict[int, StepId]:
    """Sentences that ask to go to a step, by index: what little follows them answers nothing."""
    found: dict[int, StepId] = {}
    after = 0
    for at in range(len(lines) - 1, -1, -1):
        if (after < OPENS or at == len(lines) - 1) and (step := step_requested(lines[at])):
            found[at] = step
        after += len(words_of(lines[at]))
    return found


def requested_in(text: str) -> StepId | None:
    """The step that a message asks to go to, as it says last."""
    lines = [normalised(sentence) for sentence in split_sentences(text)[-SENTENCES:]]
    found = requests(lines)
    return found[max(found)] if found else None


def opened_by(text: str, here: StepId) -> StepId | None:
    """The one step that a message announces and answers in a breath ("Now the data: I log").

    Args:
        text: the message.
        here: the step in hand; to announce it opens nothing.
    """
    moving = read_moving()
    lines = [normalised(sentence) for sentence in split_sentences(text)[:SENTENCES]]
    sizes = [len(words_of(line)) for line in lines]
    found: dict[StepId, int] = {}
    for at, line in enumerate(lines):
        if moving.sums_up.match(line) and sum(sizes[at:]) >= SUMS_UP:
            return StepId.SUMMARY
        match = moving.announces.match(line)
        turns = at == 0 and moving.turns_to.match(line)
        match = turns or match
        if match is None or not (turns or _marks(match, line)):
            continue
        if step := first_step(match[0]):
            after = len(words_of(line[match.end() :])) + sum(sizes[at + 1 :])
            found[step] = max(after, found.get(step, 0))
    found.pop(here, None)
    opened = [step for step, after in found.items() if after >= OPENS]
    return opened[0] if len(found) == 1 and opened else None


def _marks(match: re.Match[str], line: str) -> bool:
    """Whether what was matched is an announcement: it has a colon, or is the whole sentence."""
    return match.end() <= ANNOUNCED and (match["mark"] not in (".", "") or match.end() == len(line))
