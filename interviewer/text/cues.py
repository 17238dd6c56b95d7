"""The cues of `intents.yaml` and the words of `glossary.yaml`, and what they show of a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from interviewer.core.paths import shipped
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.text.sentences import KEPT, split_prose, words_of

TALK = frozenset(
    {
        Intent.DEFINE,
        Intent.EXAMPLE,
        Intent.SEEK_VERDICT,
        Intent.ASK_OPINION,
        Intent.ASK_CONCERN,
        Intent.ALREADY_SAID,
        Intent.POSTPONE,
        Intent.OFFER,
        Intent.ASK_TIME,
    }
)
"""Talk about the talk."""
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
        *TALK,
    }
)
READ = (
    *sorted(CONTROL),
    *(Intent.MANIPULATION, Intent.REVISION, Intent.ASSUMPTION, Intent.DISAGREE),
)
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
LONGEST = 1000  # characters of a sentence that are read; the longest we have seen has 440
WHOLE_QUESTION = 4  # words beside a term in "what is X?", from which it asks for more than the word
FRAGMENT = 5  # words of a sentence that answers the question before it in short
_NO_ANSWER = re.compile(
    r"(?:and|also|plus|or|but|thanks?|thank|please|just|now|then|next|after|let|sorry|ok|okay|if"
    r"|as|i|you|that|this|hm+|how|what|which|who|first|second|third|finally|lastly|same|cheers"
    r"|curious|asking)\b"
)
_QUOTED_QUESTION = re.compile(
    r"(?<!\w)(?P<mark>[\"'])(?:what|how|which|who|where|when|why|is|are|do|does|can)\b[^\"]{3,80}?"
    r"(?P=mark)(?!\w)"
)
_GOES_ON = re.compile(
    r"(?:and )?(?:then|after (?:that|this)|next|now|otherwise)?,? ?(?:i(?:'d| would|'ll| will)?"
    r"|we(?:'d|'ll| can)?|let's|let me) (?:like to |want to |can )?(?:go|move|turn|continue|proceed"
    r"|get (?:in)?to|come|need to know|want to know|ask)\b"
)
_NEXT_CLAUSE = re.compile(r"[,:;.!?]\s|\s[-\u2013\u2014]\s")
_WHAT_IS = re.compile(
    r"^(?:(?:sorry|and|so|ok(?:ay)?|hm+|wait|um+|uh+)[,. ]+)*(?:what(?:'s| is| are| exactly is)|"
    r"explain|define) (?:exactly )?(?:an? )?(?P<rest>[^?]*)\??$"
)
_ASKED_AS_FACTS = frozenset({"latency", "throughput", "objective", "budget", "north_star"})
"""Words after which "what is X?" asks for a figure of the case."""
_BESIDE = frozenset(
    ("exactly", "here", "again", "in", "this", "context", "mean", "please", "now", "then", "case")
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


class Term(NamedTuple):
    """A word with what it means."""

    id: str
    said: re.Pattern[str]
    means: str


@dataclass(frozen=True)
class Cues:
    """Everything in `intents.yaml`, compiled."""

    intents: Mapping[Intent, Cue]
    accepts: re.Pattern[str]
    declines: re.Pattern[str]
    costs: re.Pattern[str]
    without_help: re.Pattern[str]
    asking: re.Pattern[str]
    asking_in_short: re.Pattern[str]
    offering: re.Pattern[str]
    inquiring: re.Pattern[str]
    attempting: re.Pattern[str]
    personal: re.Pattern[str]
    filler: re.Pattern[str]
    conceding: re.Pattern[str]
    self_answer: re.Pattern[str]
    giving_up: re.Pattern[str]
    steps: Mapping[StepId, re.Pattern[str]]
    amounts_to: Mapping[str, re.Pattern[str]]
    """A plain question to the ways in which people ask it."""
    glossary: Mapping[str, Term]


@cache
def read_cues() -> Cues:
    """Reads and compiles the shipped patterns once."""
    text = files("interviewer.text").joinpath("intents.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    words = named_words(data["words"])
    return Cues(
        intents={intent: _cue(data[intent.value], words) for intent in READ},
        accepts=_union(data["offered"]["accepts"], words),
        declines=_union(data["offered"]["declines"], words),
        costs=_union(data["offered"]["costs"], words),
        without_help=_union(data["offered"]["alone"], words),
        asking=_union(data["asking"], words),
        asking_in_short=_union(data["asking_in_short"], words),
        offering=_union(data["offering"], words),
        inquiring=_union(data["inquiring"], words),
        attempting=_union([data["attempting"]], words),
        personal=_union(data["personal"], words),
        filler=_union([data["filler"]], words),
        conceding=_union(data["conceding"], words),
        self_answer=_union([data["self_answer"]], words),
        giving_up=_union(data["giving_up"], words),
        steps={StepId(step): re.compile(pattern) for step, pattern in data["steps"].items()},
        amounts_to={entry["plain"]: _union(entry["said"], words) for entry in data["amounts_to"]},
        glossary=read_glossary(),
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
    expanded = (f"(?:{expand(pattern, words)})" for pattern in patterns)
    return re.compile("|".join(expanded) or r"(?!)")


def named_words(patterns: Mapping[str, str]) -> dict[str, str]:
    """The patterns that others name, each with those before it written out."""
    words: dict[str, str] = {}
    for name, pattern in patterns.items():
        words[name] = expand(pattern, words)
    return words


def expand(pattern: str, words: Mapping[str, str]) -> str:
    """A pattern with every `<name>` written out."""
    for name, meaning in words.items():
        pattern = pattern.replace(f"<{name}>", meaning)
    return pattern


@lru_cache(maxsize=KEPT)
def normalised(text: str) -> str:
    """A text as the cues expect it: lower case, straight quotes, nothing invisible."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text[:LONGEST])).lower()
    plain = plain.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    return _SHORT_FORM.sub(lambda match: _SPELT_OUT[match.group()], " ".join(plain.split()))


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
    line = without_quoted_questions(normalised(sentence))
    if read_cues().asking.search(line):
        return True
    if line.rstrip("\"') ").endswith("?"):
        cues = read_cues()  # "a trie, I think?" is an answer put carefully
        return not cues.offering.search(line) or bool(cues.inquiring.search(line))
    return brief and bool(read_cues().asking_in_short.search(line))


def without_quoted_questions(line: str) -> str:
    """A normalised sentence without the questions that it quotes; nobody is asked them."""
    return _QUOTED_QUESTION.sub(" ", line)


def attempts(message: str) -> bool:
    """Whether a normalised message doubts itself and tries all the same ("not sure.. a tree?")."""
    cues = read_cues()
    match = cues.attempting.search(message)
    return match is not None and not cues.inquiring.search(match["attempt"])


def asks_us(sentence: str) -> bool:
    """Whether a question is put to the interviewer in so many words."""
    return bool(read_cues().asking.search(normalised(sentence)))


def without_asking(sentence: str) -> str:
    """A sentence without the words before its first question ("I'd like to know")."""
    match = read_cues().asking.search(sentence[:LONGEST].lower())
    return sentence[match.end() :].lstrip(" :,") if match else sentence


def inquires(clause: str) -> bool:
    """Whether a clause has the form of a question."""
    return bool(read_cues().inquiring.search(normalised(clause)))


def is_personal(sentence: str) -> bool:
    """Whether a question is about the interviewer as a person."""
    return bool(read_cues().personal.search(normalised(sentence)))


def is_filler(sentence: str) -> bool:
    """Whether a sentence is only the sound of thinking."""
    return bool(read_cues().filler.search(normalised(sentence)))


def concedes(sentence: str) -> bool:
    """Whether a sentence, said in reply to a challenge, grants it."""
    return bool(read_cues().conceding.search(normalised(sentence)))


def in_plain_words(question: str) -> list[str]:
    """The plain questions that a question amounts to, of those asked in every interview."""
    line = normalised(question)
    return [plain for plain, said in read_cues().amounts_to.items() if said.search(line)]


def answers_itself(following: str) -> bool:
    """Whether the sentence after a question answers it, so that it was rhetorical."""
    line = normalised(following)
    if _GOES_ON.match(line):
        return False
    if read_cues().self_answer.search(line):
        return True
    few = 0 < len(words_of(line)) <= FRAGMENT and not line.rstrip("\"') ").endswith("?")
    return few and _NO_ANSWER.match(line) is None  # "Who uses it? Pacing and pricing."


def given_up(sentence: str) -> str | None:
    """What a sentence gives up of what was said before, without what it puts in its place.

    Returns:
        the normalised words that name it, or None when it gives up nothing.
    """
    line = normalised(sentence)
    match = read_cues().giving_up.search(line)
    if match is None:
        return None
    end = _NEXT_CLAUSE.search(line, match.end())
    return line[match.start() : end.start() if end else None]


# Words of the field that the interviewer explains when somebody asks what they mean


@cache
def read_glossary() -> Mapping[str, Term]:
    """Reads the shipped words once, by id; those whose study note is gone are left out."""
    text = files("interviewer.text").joinpath("glossary.yaml").read_text("utf-8")
    data: dict[str, dict[str, Any]] = yaml.safe_load(text)
    folder = shipped("knowledge") / "concepts"
    notes = {file.stem: _first_sentence(file.read_text("utf-8")) for file in folder.glob("*.md")}
    explained = {entry.get("note") for entry in data.values()}
    titles = {  # each study note explains its own title
        note: {"said": [note.replace("_", " ")], "note": note}
        for note in sorted(notes)
        if note not in explained
    }
    found: dict[str, Term] = {}
    for id_, entry in (*data.items(), *titles.items()):
        said = "|".join(map(re.escape, sorted(entry["said"], key=len, reverse=True)))
        means = entry.get("means") or notes.get(entry.get("note", ""), "")
        if means and id_ not in found:
            found[id_] = Term(id_, re.compile(rf"(?<![\w-])(?:{said})s?(?![\w-])"), means)
    return found


def _first_sentence(note: str) -> str:
    """What a study note begins with, after its title, as it is said aloud: without bold type."""
    lines = (line.strip().replace("**", "") for line in note.splitlines())
    body = next((line for line in lines if line and not line.startswith("#")), "")
    return next(iter(split_prose(body)), "")


def terms_in(line: str) -> tuple[str, ...]:
    """Ids of the words of the glossary in a normalised sentence, those written longest first.

    A word inside a longer one ("recall" in "recall at ten" stays, "label" in "label leakage" does
    not) counts once, as the longer.
    """
    found = [
        (match.start(), match.end(), term.id)
        for term in read_glossary().values()
        for match in term.said.finditer(line)
    ]
    found.sort(key=lambda span: (span[0] - span[1], span[0]))
    kept: list[tuple[int, int, str]] = []
    for start, end, id_ in found:
        if not any(begin < end and start < stop for begin, stop, _ in kept):
            kept.append((start, end, id_))
    return tuple(dict.fromkeys(id_ for _, _, id_ in kept))


def asks_what_it_is(line: str) -> bool:
    """Whether a normalised sentence is "what is X?" of a word of the glossary and nothing more."""
    match = _WHAT_IS.match(line)
    if match is None or not (terms := terms_in(match["rest"])):
        return False
    if terms[0] in _ASKED_AS_FACTS:
        return False
    term = read_glossary()[terms[0]].said.search(match["rest"])
    begins = term is not None and not words_of(match["rest"][: term.start()])
    beside = words_of(match["rest"][term.end() :]) if term is not None else []
    return begins and _BESIDE.issuperset(beside) and len(beside) <= WHOLE_QUESTION
