"""What a message does, read from its words.

Cues stand in `intents.yaml`. A long message is mostly an answer, and answers use the same words as
wishes ("skip", "go back to the previous version", "a hint of intent"); so in a long message a wish
counts only where wishes are spoken: in its first or last sentence, to the interviewer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from interviewer.judge.segments import split_sentences
from interviewer.settings import StepId
from interviewer.transcript import Intent
from interviewer.words import words_of

BRIEF = 14  # words up to which a message counts as saying little else
LONG = 25  # words from which a wish counts only at the edges
MOSTLY_STEERING = 5  # words that a sentence may hold besides a wish and still be no answer
CONTROL = frozenset(
    {
        Intent.MOVE_ON,
        Intent.END,
        Intent.GO_BACK,
        Intent.HINT_REQUEST,
        Intent.REPEAT,
        Intent.THINK,
        Intent.DONT_KNOW,
        Intent.FOCUS_QUESTION,
        Intent.SMALL_TALK,
    }
)
_READ = (*sorted(CONTROL), Intent.MANIPULATION, Intent.REVISION, Intent.ASSUMPTION)
_SPELT_OUT = {
    "pls": "please",
    "plz": "please",
    "lemme": "let me",
    "gimme": "give me",
    "wanna": "want to",
    "gonna": "going to",
    "dont": "don't",
    "didnt": "didn't",
    "cant": "can't",
    "im": "i'm",
    "ive": "i've",
    "thats": "that's",
    "whats": "what's",
    "u": "you",
}
_SHORT_FORM = re.compile(
    rf"(?<![\w'-])(?:{'|'.join(form for form in _SPELT_OUT if form != 'u')}"
    r"|(?<=can )u|(?<=could )u|(?<=do )u|(?<=would )u)(?![\w'-])"
)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")


@dataclass(frozen=True)
class Cue:
    """How one intent is said; see `intents.yaml`."""

    said: re.Pattern[str]
    alone: re.Pattern[str]
    unless: re.Pattern[str]
    where: str
    rest: int

    def find(self, sentence: str) -> re.Match[str] | None:
        """The match in a normalised sentence, if it is addressed to the interviewer."""
        match = self.said.search(sentence)
        if match is None or self.unless.search(sentence):
            return None
        return match if len(words_of(sentence[match.end() :])) <= self.rest else None

    def is_all_of(self, message: str) -> bool:
        """Whether a short normalised message says this and little else."""
        return bool(self.alone.search(message)) and not self.unless.search(message)


@dataclass(frozen=True)
class Cues:
    """Everything in `intents.yaml`, compiled."""

    intents: Mapping[Intent, Cue]
    accepts: re.Pattern[str]
    declines: re.Pattern[str]
    asking: re.Pattern[str]
    asking_in_short: re.Pattern[str]
    self_answer: re.Pattern[str]
    giving_up: re.Pattern[str]
    steps: Mapping[StepId, re.Pattern[str]]


class Reading(NamedTuple):
    """What the words of a message show."""

    intents: frozenset[Intent]
    steering: frozenset[int]
    """Indexes of sentences that only steer the interview or the judging; they answer nothing."""
    wishes: frozenset[int]
    """Indexes of sentences that ask something of the interviewer, but no fact of the case."""


@cache
def read_cues() -> Cues:
    """Reads and compiles the shipped patterns once."""
    text = files("interviewer.brains.embedded").joinpath("intents.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    words: dict[str, str] = {}
    for name, pattern in data["words"].items():
        words[name] = _expand(pattern, words)
    return Cues(
        intents={intent: _cue(data[intent.value], words) for intent in _READ},
        accepts=_union(data["offered"]["accepts"], words),
        declines=_union(data["offered"]["declines"], words),
        asking=_union(data["asking"], words),
        asking_in_short=_union(data["asking_in_short"], words),
        self_answer=_union([data["self_answer"]], words),
        giving_up=_union(data["giving_up"], words),
        steps={StepId(step): re.compile(pattern) for step, pattern in data["steps"].items()},
    )


def _cue(data: Mapping[str, Any], words: Mapping[str, str]) -> Cue:
    return Cue(
        said=_union(data.get("said", ()), words),
        alone=_union(data.get("alone", ()), words),
        unless=_union(data.get("unless", ()), words),
        where=data.get("where", "anywhere"),
        rest=data.get("rest", 1000),
    )


def _union(patterns: Sequence[str], words: Mapping[str, str]) -> re.Pattern[str]:
    expanded = (f"(?:{_expand(pattern, words)})" for pattern in patterns)
    return re.compile("|".join(expanded) or r"(?!)")


def _expand(pattern: str, words: Mapping[str, str]) -> str:
    for name, meaning in words.items():
        pattern = pattern.replace(f"<{name}>", meaning)
    return pattern


def normalised(text: str) -> str:
    """A text as the cues expect it: lower case, straight quotes, nothing invisible."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    plain = plain.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    return _SHORT_FORM.sub(lambda match: _SPELT_OUT[match.group()], " ".join(plain.split()))


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
    size = len(words_of(whole))
    if reply := _reply(whole, yes_means) if yes_means else None:
        everything = frozenset(range(len(lines)))
        return Reading(frozenset({reply}), everything, everything)
    found: set[Intent] = set()
    wishes: set[int] = set()
    steering = {at for at in range(len(lines)) if _is_order(lines, at)}
    if steering:
        found.add(Intent.MANIPULATION)
    for at, line in enumerate(lines):
        if at in steering:
            continue
        read_here = _read_sentence(line, _places(at, len(lines), size))
        found |= read_here
        if read_here & CONTROL:
            wishes.add(at)
            steering |= {at} if _says_little_else(line, read_here) else set()
    if size <= BRIEF and Intent.MANIPULATION not in found:
        alone = {intent for intent in _READ if read_cues().intents[intent].is_all_of(whole)}
        found |= alone
        if alone & CONTROL and len(lines) == 1:
            steering.add(0)
    settled = frozenset(_settle(found, size))
    return Reading(settled, frozenset(steering), frozenset(wishes | steering))


def _reply(whole: str, yes_means: Intent) -> Intent | None:
    if read_cues().declines.search(whole):
        return Intent.THINK if yes_means is Intent.MOVE_ON else Intent.MOVE_ON
    return yes_means if read_cues().accepts.search(whole) else None


def _places(at: int, count: int, size: int) -> Collection[str]:
    """Names of the places that a sentence stands in; a short message is all edge."""
    if size <= LONG or at == count - 1:
        return ("anywhere", "edges", "last")
    return ("anywhere", "edges") if at == 0 else ("anywhere",)


def _read_sentence(line: str, places: Collection[str]) -> set[Intent]:
    cues = read_cues().intents
    return {
        intent
        for intent in _READ
        if intent is not Intent.MANIPULATION
        and cues[intent].where in places
        and cues[intent].find(line)
    }


def _says_little_else(line: str, intents: set[Intent]) -> bool:
    matches = [read_cues().intents[intent].find(line) for intent in intents & CONTROL]
    longest = max((len(words_of(match.group())) for match in matches if match), default=0)
    return len(words_of(line)) - longest <= MOSTLY_STEERING


def _is_order(lines: Sequence[str], at: int) -> bool:
    """Whether a sentence, or it with a neighbour where it was cut, tries to steer the judging."""
    cue = read_cues().intents[Intent.MANIPULATION]
    if cue.find(lines[at]):
        return True
    pairs = [lines[i : i + 2] for i in (at - 1, at) if 0 <= i < len(lines) - 1]
    return any(
        cue.find(" ".join(pair)) and not any(cue.find(line) for line in pair) for pair in pairs
    )


def _settle(found: set[Intent], size: int) -> set[Intent]:
    """Of wishes that exclude one another, the one that was meant."""
    if Intent.HINT_REQUEST in found:
        found -= {Intent.DONT_KNOW, Intent.MOVE_ON}
    if Intent.MOVE_ON in found:
        found -= {Intent.DONT_KNOW}
    if found - {Intent.THINK, Intent.REVISION, Intent.ASSUMPTION}:
        found -= {Intent.THINK}
    if not size and not found:
        found.add(Intent.DONT_KNOW)
    return found


def is_manipulation(sentence: str) -> bool:
    """Whether a sentence tries to steer the judging instead of answering."""
    return read_cues().intents[Intent.MANIPULATION].find(normalised(sentence)) is not None


def is_revision(sentence: str) -> bool:
    """Whether a sentence takes back what was said before it."""
    return read_cues().intents[Intent.REVISION].find(normalised(sentence)) is not None


def is_assumption(sentence: str) -> bool:
    """Whether a sentence states an assumption."""
    return read_cues().intents[Intent.ASSUMPTION].find(normalised(sentence)) is not None


def asks(sentence: str, *, brief: bool = False) -> bool:
    """Whether a sentence is a question, with or without a question mark.

    Args:
        sentence: the sentence, verbatim.
        brief: whether it stands in a short message, where word order alone makes a question.
    """
    line = normalised(sentence)
    if line.rstrip("\"') ").endswith("?") or read_cues().asking.search(line):
        return True
    return brief and bool(read_cues().asking_in_short.search(line))


def answers_itself(following: str) -> bool:
    """Whether the sentence after a question answers it, so that it was rhetorical."""
    return bool(read_cues().self_answer.search(normalised(following)))


def gives_up(sentence: str) -> bool:
    """Whether a sentence gives up something said before, and names it."""
    return bool(read_cues().giving_up.search(normalised(sentence)))


def step_wanted(text: str, intent: Intent) -> StepId | None:
    """The step that a wish to go back or to move on names first, if it names one."""
    cue = read_cues().intents[intent]
    for sentence in map(normalised, split_sentences(text)):
        if match := cue.find(sentence):
            return _first_step(sentence[match.start() :])
    return None


def _first_step(wish: str) -> StepId | None:
    found = {step: m.start() for step, p in read_cues().steps.items() if (m := p.search(wish))}
    return min(found, key=found.__getitem__, default=None)
