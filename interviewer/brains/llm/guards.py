"""What no reply of a model may do, looked at sentence by sentence before anybody hears it.

Shown words are never taken back, so every sentence is checked before it is released. What is said
here holds for replies that the model finds by itself; of the rest, `speaking` uses what it needs.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

from interviewer.brains.llm.limits import RUN, Limits
from interviewer.brains.llm.told import SCENARIO, any_same, figures_told, same, values_of
from interviewer.brains.protocol import SPOKEN_WORDS
from interviewer.cases.leaks import Phrases, leak_of, leaks_in, runs_of
from interviewer.text.quantities.figures import Figure, read_figures
from interviewer.text.sentences import content_stems, split_stream, words_of

ALIKE = 0.75  # share of the words of two questions that makes them the same one
FEWEST = 4  # words that carry meaning, under which two questions are only alike as a whole
TELLING_WORDS = 90  # of a reply that tells facts before it asks
ASKING_WORDS = 15  # more, of the question without which words that were heard already lead nowhere
MINUTES_ARE_FEW = 6.0  # left, from which it may be said that few are
ABOUT_MINUTES = 2.0  # by which a time that is told may be off
GIVEN_AWAY = 0.5  # share of the words of a point that gives it away
NAMED = 3  # of its words that do so at least

_WHOLE = re.compile(r"[.!?][\"'\u201d\u2019)]*$")
_FIGURE = re.compile(r"\d[\d,.]*")
MARKUP = re.compile(
    r"[<>{}`|]|\*\*|^#|^[^\S\n]*[-*\u2022]\s|https?:|www\.|\]\(|&\w+;", re.MULTILINE
)
_VERDICT = re.compile(
    r"^(?:great|good|nice|excellent|perfect|exactly|correct|right|wrong|interesting|brilliant|true"
    r"|awesome|impressive|fantastic|amazing|wonderful|agreed|absolutely|fair(?: enough)?|well done"
    r"|spot on|not (?:quite|bad)|precisely|indeed)(?:[.,!:;]| -| \u2014|$)"
    r"|\b(?:great|good|nice|excellent|fair|interesting|smart|clever|strong|valid|solid|brilliant"
    r"|thoughtful|sensible) (?:points?|questions?|ideas?|calls?|catch|thinking|answers?|job|work"
    r"|observation|insight|instincts?|reasoning|start)\b(?! of )"
    r"|\bI (?:really |do |fully |completely )*(?:like|love|agree|disagree|appreciate)\b"
    r"|\bmakes (?:a lot of |perfect )?sense\b|\bwell (?:done|put|said)\b"
    r"|\bspot on\b|\byou (?:rightly|correctly|wrongly|nailed|got (?:it|that) (?:right|wrong))\b"
    r"|\byou(?:'ve| have)? (?:missed|forgot(?:ten)?|overlooked|failed to|neglected)\b"
    r"|\byou (?:should have|did(?:n't| not) mention|have(?:n't| not) mentioned)\b"
    r"|\b(?:strong|no|lean) hire\b|\bhire you\b",
    re.IGNORECASE,
)
"""Praise, blame and judgement, of the answer or of the candidate."""
_THANKS = re.compile(r"\bthank(?:s| you)\b", re.IGNORECASE)
"""Said at the end only."""
_CALLED = re.compile(
    r"\b(?:that|this|it|which|you)(?:'s|'re| is| are| was| were| sounds?| looks?| seems?)"
    r"(?: a| an| all| very| really| quite| absolutely| actually| completely| just| not| almost)*"
    r" (?:great|good|nice|right|correct|wrong|incorrect|excellent|perfect|solid|smart|clever|weak"
    r"|reasonable|sensible|impressive|brilliant|mistaken|spot on|fine|fair|sound|true|false)"
    r"(?=[.,!?;:]|$| but| and| that| to| about| there| on| in| as)",
    re.IGNORECASE,
)
"""Judgement as well, where it is not what a question asks for."""
_ABOUT_US = re.compile(
    r"\b(?:my|these|the|system) (?:instructions?|agenda)\b"
    r"|\bsystem prompt\b"
    r"|\bmy prompt\b|\b(?:as|am|i'm|being) an? (?:ai|language model|llm|assistant)\b"
    r"|\byour (?:overall |final |total |current )(?:score|grade|marks?|rating)\b"
    r"|\byour (?:score|grade|marks?|rating)"
    r"(?:\W*[:=]|\W*$|(?:'s)? (?:is|was|will|would|stands?|so far|for|in|on) )"
    r"|\byou(?:'ve|'d| have| would)? (?:scored?|earned?|get|got)"
    r" (?:\d|a (?:five|four|three|two|one)|full|top|points?)\b"
    r"|\bACT:|\bpoints? (?:you|that) (?:missed|earned)\b"
    r"|\b(?:\d(?:\.\d)?|four|five) (?:out of|/) ?(?:five|5|10|ten)\b",
    re.IGNORECASE,
)
"""Talk about the interview's own workings."""
_TERM = re.compile(r"\brubrics?\b|\bred flags?\b", re.IGNORECASE)
_OURS = re.compile(
    r"\bour\b|\bwe(?:'ve| have| had| get| see| run| serve| show| store| keep| handle| receive)\b"
    r"|\bthere (?:are|is|were)\b|\bassume\b|\bthe (?:limit|budget) is\b"
    r"|\byou(?:'ve| have)? (?:have|get|got)\b"
    r"|^\W*(?:about|around|roughly|approximately|nearly|some|call it|\d)",
    re.IGNORECASE,
)
"""What tells something of the product, rather than of a made-up case."""
_SOMEBODY = re.compile(r"\bsome(?:one|body)\b", re.IGNORECASE)
"""Who is in a made-up case; a fact may be told of them, too, so it marks none where facts are."""
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2} ?(?:am|pm)\b", re.IGNORECASE)
TIME = re.compile(
    r"\b(?:minutes?|time|seconds?) (?:is |are |we have |we've got )?(?:left|remaining)\b"
    r"|\b(?:our |the )?time(?:'s| is) (?:nearly |almost )?(?:short|up|over)\b"
    r"|\b(?:out of|short (?:of|on)|running out of|running low on) time\b"
    r"|\b(?:close to|near) the end of (?:our|the) (?:time|interview|session)\b"
    r"|\bwe(?:'ve| have)?(?: still| only| just)* (?:have|got)?(?: only| just| about| around)* ?"
    r"(?:a few|a couple of|some|two|three|four|five|ten|\d+) (?:more )?minutes\b"
    r"(?! (?:later|after|before|of|in|per|ago|old|long))"
    r"|\bfor (?:only |just )?(?:a few|a couple of|some|two|three|four|five|ten) more minutes\b",
    re.IGNORECASE,
)
"""What says how much time is left."""
_CHANGE = re.compile(
    r"\bchange your mind\b|\bdecide (?:otherwise|differently)\b"
    r"|\bmake you (?:decide|choose|reconsider)\b"
)
"""A question that fits everything; asked twice, it digs nowhere."""
_NAME = re.compile(r"^\s*(?:interviewer|assistant|you|me)\s*:\s*", re.IGNORECASE)
QUOTES = "\"'\u201c\u201d\u2018\u2019 "


class Rule(StrEnum):
    """What a reply may not do; `prompts/reply.md` has the reason that the model is told."""

    ACT = "act"
    MARKUP = "markup"
    VERDICT = "verdict"
    ABOUT_US = "about us"
    FIGURE = "figure"
    GIVEN_AWAY = "given away"
    AGAIN = "again"
    LONG = "long"
    TIME = "time"
    SILENT = "silent"


class Broken(NamedTuple):
    """A rule that a sentence breaks, with what of it does."""

    rule: Rule
    what: str = ""


async def sentences_of(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """The sentences of a stream, each as soon as it is whole; half a last one is left out."""
    left = ""
    async for piece in pieces:
        left += piece
        whole, left = split_stream(left)
        for sentence in whole:
            yield sentence
    if _WHOLE.search(left.rstrip()):
        yield left.strip()


def broken_rule(
    limits: Limits,
    told: Sequence[str],
    sentence: str,
    *,
    facts: int = 0,
    closing: bool = False,
    continued: bool = False,
) -> Broken | None:
    """The rule that a sentence breaks; None when it may be said.

    Args:
        limits: what may be said.
        told: what the reply has said so far.
        sentence: what would come next.
        facts: how many facts the reply tells with it.
        closing: the reply ends the interview.
        continued: what was told has been heard, and the reply goes on after a broken rule.
    """
    if found := MARKUP.search(sentence):
        return Broken(Rule.MARKUP, found[0])
    if found := _VERDICT.search(sentence) or _called(sentence):
        return Broken(Rule.VERDICT, found[0])
    if (found := _THANKS.search(sentence)) and not closing:
        return Broken(Rule.VERDICT, found[0])
    if (found := _ABOUT_US.search(sentence)) or (found := _strange_term(limits, sentence)):
        return Broken(Rule.ABOUT_US, found[0])
    if (found := TIME.search(sentence)) and not _is_true(limits, sentence):
        return Broken(Rule.TIME, found[0])
    tells = asks(sentence) or not (facts or len(set(content_stems(sentence))) < FEWEST)
    if tells and asked_before(sentence, limits.said):
        return Broken(Rule.AGAIN, sentence)
    most = TELLING_WORDS if facts else SPOKEN_WORDS
    most += ASKING_WORDS if continued and asks(sentence) else 0
    if sum(len(text.split()) for text in (*told, sentence)) > most:
        return Broken(Rule.LONG, f"{most} words")
    if figure := _made_up_figure(limits, told, sentence):
        return Broken(Rule.FIGURE, figure)
    if given := _given_away(limits, told, sentence):
        return Broken(Rule.GIVEN_AWAY, given)
    return None


def is_presentable(text: str) -> bool:
    """Whether a judge's words may be shown to people: no markup, no score, nothing of our own."""
    return bool(text) and not MARKUP.search(text) and not _ABOUT_US.search(text)


def asks(sentence: str) -> bool:
    """Whether a sentence is a question."""
    return sentence.rstrip(QUOTES).endswith("?")


def _strange_term(limits: Limits, sentence: str) -> re.Match[str] | None:
    """A word of the trade that could be about this interview, which the candidate has not said."""
    found = _TERM.search(sentence)
    return found if found and found[0].lower() not in limits.heard.lower() else None


def _is_true(limits: Limits, sentence: str) -> bool:
    """Whether what a sentence says about the time left is so."""
    named = [figure.high for figure in read_figures(sentence) if figure.dimension == "time"]
    near = any(abs(ms / 60_000 - limits.minutes_left) <= ABOUT_MINUTES for ms in named)
    return near or limits.minutes_left <= MINUTES_ARE_FEW


def _called(sentence: str) -> re.Match[str] | None:
    """Where a sentence calls something right or wrong; a question may ask whether it is."""
    found = _CALLED.search(sentence)
    return None if asks(sentence) and found is not None and found.start() > 0 else found


def _made_up_figure(limits: Limits, told: Sequence[str], sentence: str) -> str:
    """A figure told of the product that neither case nor candidate has; empty where there is none.

    In a made-up case, and in a question about one, any figure may stand; the product's own have to
    be right everywhere.
    """
    text = "" if TIME.search(sentence) else _CLOCK.sub("", sentence)
    unknown = [f for f in figures_told(text) if not _is_known(limits, f, text)]
    made_up = any(map(SCENARIO.search, (*told, text))) or _SOMEBODY.search(text) is not None
    for figure in unknown:
        ours = _OURS.search(text) is not None
        if ours and not made_up and not asks(text):
            return text[figure.start : figure.end]
        if (ours or not made_up) and any(_same_thing(figure, fact) for fact in limits.facts):
            return text[figure.start : figure.end]
    return ""


def _is_known(limits: Limits, figure: Figure, text: str) -> bool:
    """Whether a figure was told or heard; a fact may leave the unit of a number out."""
    if any_same(values_of([figure]), limits.values):
        return True
    written = read_figures(text[figure.start : figure.end].split()[0])
    return figure.dimension != "count" and any(
        known.dimension == "count" and same(known.value, number.low)
        for known in limits.values
        for number in written
    )


def _same_thing(figure: Figure, fact: Figure) -> bool:
    """Whether two figures count the same thing in the same unit."""
    mine, its = set(content_stems(figure.noun)), set(content_stems(fact.noun))
    same_unit = (figure.dimension, figure.per) == (fact.dimension, fact.per)
    return same_unit and bool(mine & its)


def _given_away(limits: Limits, told: Sequence[str], sentence: str) -> str:
    """What a sentence names of the rubric before the candidate does; empty where it does not."""
    for run in sorted(runs_of(sentence, RUN) & limits.secrets):
        if not limits.stems.issuperset(content_stems(words := " ".join(run))):
            return words
    for item, terms in (limits.terms or {}).items():
        leak = leak_of(item, terms, sentence)
        if leak is not None and leak.plain:
            return ", ".join(leak.words)
    stems = {s for text in (*told, sentence) for s in content_stems(text)} - limits.stems
    for point in limits.points:
        if len(named := point & stems) >= max(NAMED, GIVEN_AWAY * len(point)):
            return ", ".join(sorted(named))
    return ""


def clean(sentence: str) -> str:
    """A sentence without a name before it and quotation marks around it."""
    text = " ".join(_NAME.sub("", sentence).split())
    if len(text) > 1 and text[0] in '"\u201c' and text[-1] in '"\u201d' and text.count('"') <= 2:
        text = text[1:-1].strip()
    return text


def figures_in(text: str) -> set[str]:
    """The figures of a text, however they are written with commas and points."""
    return {figure.replace(",", "").rstrip(".") for figure in _FIGURE.findall(text)}


def words_in_runs(text: str, secrets: Phrases) -> set[str]:
    """Secrets that are none here, because the draft or the candidate says them."""
    return set(leaks_in(text, secrets))


def bare(sentence: str) -> str:
    """A sentence without marks and case, to find it said twice."""
    return " ".join(words_of(sentence))


def asked_before(text: str, said: Collection[str]) -> bool:
    """Whether a sentence was said before, or a question nearly so."""
    own = bare(text)
    if own in {bare(sentence) for sentence in said}:
        return True
    if not text.rstrip(QUOTES).endswith("?"):
        return False
    return any(_alike(own, bare(other)) for other in said if other.rstrip(QUOTES).endswith("?"))


def _alike(one: str, other: str) -> bool:
    """Whether two questions use the same words, but for the thing that they are about."""
    if _CHANGE.search(one) and _CHANGE.search(other):
        return True
    mine, theirs = set(content_stems(one)), set(content_stems(other))
    if min(len(mine), len(theirs)) < FEWEST:
        return False
    return len(mine & theirs) >= ALIKE * len(mine | theirs)
