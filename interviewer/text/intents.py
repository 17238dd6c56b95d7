"""What a message does, read from its words.

A long message is mostly an answer, and answers use the same words as wishes ("skip", "go back to
the previous version", "a hint of intent"); so in a long message a wish counts only where wishes
are spoken: in its first or last sentence, to the interviewer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.text.cues import CONTROL, READ, attempts, normalised, read_cues
from interviewer.text.glossary import asks_what_it_is
from interviewer.text.moving import closes, has_summed_up, mentions_summary, requested_in, requests
from interviewer.text.sentences import split_sentences, words_of

BRIEF = 14  # words up to which a message counts as saying little else
LONG = 25  # words from which a wish counts only at the edges
CLOSING = 8  # words of a last sentence that only rounds off the wish before it
MOSTLY_STEERING = 5  # words that a sentence may hold besides a wish and still be no answer
MOSTLY_GIVING_UP = 8  # the same for "I don't know", which names what is not known


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
    steering: frozenset[int]
    """Indexes of sentences that only steer the interview or the judging; they answer nothing."""
    wishes: frozenset[int]
    """Indexes of sentences that ask something of the interviewer, but no fact of the case."""


def read_intents(text: str, *, yes_means: Intent | None = None) -> frozenset[Intent]:
    """Intents that a message's own words show; see `read`."""
    return read(split_sentences(text), yes_means=yes_means).intents


def read(sentences: Sequence[str], *, yes_means: Intent | None = None) -> Reading:
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
    orders = _orders(lines)
    heard = {
        at: _read_sentence(line, _places(at, lines, size))
        for at, line in enumerate(lines)
        if at not in orders
    }
    _hear_where_to(lines, heard)
    alone = _read_alone(whole) if size <= BRIEF and not orders else set()
    if attempts(whole):
        alone.discard(Intent.DONT_KNOW)
        for intents in heard.values():
            intents.discard(Intent.DONT_KNOW)
    if len(lines) == 1 and not orders:
        heard[0] |= alone
    wishes = {at for at, intents in heard.items() if intents & CONTROL}
    steering = {at for at in wishes if _says_little_else(lines[at], heard[at], alone)}
    found = alone.union(*heard.values(), {Intent.MANIPULATION} if orders else ())
    return Reading(
        intents=frozenset(_settle(found, size)),
        steering=frozenset(orders | steering),
        wishes=frozenset(orders | wishes),
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
        if at in heard and (Intent.END not in heard[at] or mentions_summary(lines[at])):
            heard[at] -= _MEANT_BY_GOING | (_MEANT_BY_CLOSING if closes(lines[at]) else set())
            heard[at].add(Intent.MOVE_ON)
    if lines and has_summed_up(lines[-1]) and len(lines) - 1 in heard:
        heard[len(lines) - 1] = {Intent.END}


def _read_alone(whole: str) -> set[Intent]:
    cues = read_cues().intents
    return {intent for intent in READ if cues[intent].is_all_of(whole)}


def _says_little_else(line: str, intents: set[Intent], alone: set[Intent]) -> bool:
    if intents & alone & CONTROL:
        return True
    matches = [read_cues().intents[intent].find(line) for intent in intents & CONTROL]
    longest = max((len(words_of(match.group())) for match in matches if match), default=0)
    allowed = MOSTLY_GIVING_UP if Intent.DONT_KNOW in intents else MOSTLY_STEERING
    return len(words_of(line)) - longest <= allowed


def orders_in(sentences: Sequence[str]) -> frozenset[int]:
    """Indexes of sentences whose words try to steer the judging."""
    return frozenset(_orders([normalised(sentence) for sentence in sentences]))


def _orders(lines: Sequence[str]) -> set[int]:
    """Sentences that, alone or with a neighbour where they were cut, try to steer the judging."""
    cue = read_cues().intents[Intent.MANIPULATION]
    alone = {at for at, line in enumerate(lines) if cue.find(line)}
    together: set[int] = set()
    for at, pair in enumerate(pairwise(lines)):
        if alone.isdisjoint((at, at + 1)) and cue.find(" ".join(pair)):
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
