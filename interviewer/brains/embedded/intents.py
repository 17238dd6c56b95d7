"""What a message does, read from its words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from interviewer.settings import StepId
from interviewer.transcript import Intent
from interviewer.words import STOP_WORDS, words_of

SHORT = 14  # words up to which a message counts as saying little else
_READ = (
    Intent.MANIPULATION,
    Intent.END,
    Intent.GO_BACK,
    Intent.HINT_REQUEST,
    Intent.MOVE_ON,
    Intent.DONT_KNOW,
    Intent.REPEAT,
    Intent.THINK,
    Intent.FOCUS_QUESTION,
    Intent.SMALL_TALK,
    Intent.REVISION,
    Intent.ASSUMPTION,
)
_ASKING_STATEMENT = re.compile(
    r"\b(?:i(?:'d| would) (?:like|want) to (?:know|ask|understand|clarify|check)|i(?:'d| would) ask"
    r"|can you tell me|could you tell me|i want to ask|my (?:first )?question is)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cues:
    """Compiled patterns of `intents.yaml`."""

    anywhere: Mapping[Intent, re.Pattern[str]]
    alone: Mapping[Intent, re.Pattern[str]]
    steps: Mapping[StepId, re.Pattern[str]]
    languages: Mapping[str, frozenset[str]]


@cache
def read_cues() -> Cues:
    """Reads and compiles the shipped patterns once."""
    text = files("interviewer.brains.embedded").joinpath("intents.yaml").read_text("utf-8")
    data = yaml.safe_load(text)
    return Cues(
        anywhere={i: _union(data[i.value].get("anywhere", ())) for i in _READ},
        alone={i: _union(data[i.value].get("alone", ())) for i in _READ},
        steps={StepId(step): re.compile(pattern) for step, pattern in data["steps"].items()},
        languages={code: frozenset(words) for code, words in data["other_languages"].items()},
    )


def _union(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)")


def read_intents(text: str) -> set[Intent]:
    """Intents that the words themselves show; whether it also answers is the judge's to say."""
    cues = read_cues()
    lowered = text.lower().replace("\u2019", "'").strip()
    found = {intent for intent in _READ if cues.anywhere[intent].search(lowered)}
    if len(words_of(lowered)) <= SHORT:
        found |= {intent for intent in _READ if cues.alone[intent].search(lowered)}
    if Intent.MOVE_ON in found:
        found.discard(Intent.DONT_KNOW)
    if Intent.HINT_REQUEST in found:
        found -= {Intent.DONT_KNOW, Intent.MOVE_ON}
    if not words_of(lowered):
        found.add(Intent.DONT_KNOW)
    return found


def is_manipulation(sentence: str) -> bool:
    """Whether a sentence tries to steer the judging instead of answering."""
    return bool(read_cues().anywhere[Intent.MANIPULATION].search(sentence.lower()))


def is_revision(sentence: str) -> bool:
    """Whether a sentence takes back what was said before it."""
    return bool(read_cues().anywhere[Intent.REVISION].search(sentence.lower()))


def is_assumption(sentence: str) -> bool:
    """Whether a sentence states an assumption."""
    return bool(read_cues().anywhere[Intent.ASSUMPTION].search(sentence.lower()))


def asks(sentence: str) -> bool:
    """Whether a sentence puts a question to the interviewer."""
    text = sentence.strip()
    return text.endswith("?") or bool(_ASKING_STATEMENT.search(text))


def step_named(text: str) -> StepId | None:
    """The step that a wish to go back names, if it names one."""
    lowered = text.lower()
    after = lowered.split("back", 1)[-1]
    return next((s for s, pattern in read_cues().steps.items() if pattern.search(after)), None)


def is_english(text: str) -> bool:
    """Whether a text is in the one language that the embedded brain can judge.

    Short texts, keyword lists and code count as English: nothing in them says otherwise.
    """
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return True
    if sum(char > "\u024f" for char in letters) > 0.3 * len(letters):
        return False
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < 6:
        return True
    english = sum(word in STOP_WORDS for word in words)
    foreign = max(sum(word in known for word in words) for known in read_cues().languages.values())
    return foreign < 2 or foreign <= english
