"""Talk about the talk in a message: words asked about, assumptions to confirm, what it is about.

A short message whose words no pattern knows takes the intent of the example it is closest to
(`examples.yaml`), unless an answer or something of the case is about as close: then nothing is
read into it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import yaml

from interviewer.brains.embedded.phrases import sentences_of
from interviewer.brains.protocol import Scene
from interviewer.core.assessment import TurnAssessment
from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.reading import CaseVectors
from interviewer.text import cues
from interviewer.text.cues import TALK, terms_in
from interviewer.text.intents import first_step, opened_by, read, step_wanted
from interviewer.text.quantities.figures import Figure, read_figures
from interviewer.text.sentences import content_stems, split_sentences, words_of

ABOUT_IT = 0.3  # cosine from which what is named in talk is an item or a red flag of the case
DISPUTED = 0.5  # the same, with a shared figure, from which a disagreement is about a fact
SAME_FIGURE = 0.2
SHORT_WISH = 9  # words of a message that only says where to go
SENTENCES = 60  # of a message that are looked at

_ABOUT = re.compile(r"\b(?:about|with|on|regarding|concerning|of) (?P<what>[^?.!]{3,80})")
_CONFIRM = re.compile(
    r"^(?:so,? |and,? |or,? |hm+,? )*(?:(?:is|was|would|does|sounds?|seems?|are) ?"
    r"(?:that|this|it|these|those|my)?(?: (?:assumptions?|number|figure|guess|estimate)s?)? ?"
    r"(?:be |sound |seem |look )?"
    r"(?:a )?(?:fair|ok(?:ay)?|reasonable|fine|right|realistic|plausible|safe|acceptable|correct|"
    r"good)(?: (?:assumption|guess|estimate|enough|with you|for you|here))?"
    r"|(?:ok(?:ay)?|fine|fair|alright|all right|right|agreed)(?: (?:with|for|by) you)?"
    r"|(?:do|would|does|did) (?:you|that|this|it) (?:agree|work|do|fit|hold|match|go along|object)"
    r"(?: (?:with|for|to) \w+)?)\s*\?$"
)
_MAY_ASSUME = re.compile(
    r"\b(?:i|we) (?:can|could|may) (?:safely |just )?(?:assume|suppose)\b[^?]{3,}\?"
    r"|\b(?:(?:can|could|may|should|shall) (?:i|we) (?:safely |just |also |then )?"
    r"(?:assume|suppose|say|take it|work with|go with)|(?:is it|would it be) "
    r"(?:fair|ok(?:ay)?|fine|safe|reasonable|right|correct|realistic) "
    r"(?:to (?:assume|say|suppose|expect)|if i (?:assume|say|take)))\b.{3,}"
)
_LEAD = re.compile(
    r"^(?:.{0,30}?\b(?:assum(?:e|ing|ption)|suppos(?:e|ing)|presum(?:e|ing)|say|guess|estimate"
    r"|take it|think(?:ing)?|believe|go with|presumably|imagine|reckon|gather)"
    r"(?: (?:is|that|for now))*,? |presumably,? )",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:come|get|go|return|circle) ?(?:back )?to (?P<what>[\w' -]{3,60}?) "
    r"(?:later|in a|at the end|afterwards|after|once)\b"
)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_PRESUMES = re.compile(
    r"\b(?:i|we)(?:'ll|'d|'m|'re| will| would| am| are| can| could| might| may)? "
    r"(?:also |just |then |going to |simply |therefore "
    r"|safely )*(?:assum(?:e|ing)|presum(?:e|ing)|suppos(?:e|ing)"
    r"|guess(?:ing)?|take it|taking it|expect(?:ing)?|imagine|reckon|bet|gather)\b"
    r"|^(?:(?:and|so|ok(?:ay)?|then|also|but)[, ]+)*(?:presumably|suppose|supposing|assuming|assume"
    r"|let me assume|let's assume|let's say|say|my (?:working )?(?:assumption|guess)) "
    r"|\b(?:safe|fair|okay|ok) to (?:assume|suppose|presume|say)\b"
    r"|\bam i (?:right|correct) (?:in|to) (?:think|assum|say|believ|suppos|guess)\w*"
)
_DECIDES = re.compile(
    r"\b(?:i|we)(?:'ll|'d| will| would) (?:also |just |then |simply )*"
    r"(?:go with|say|take|use|plan for|work with|think|believe|treat|leave|ignore)\b"
    r"|\bi (?:think|believe)\b"
)
_UNLESS = re.compile(
    r"\bunless (?:you|that|there|it|i hear)\b.{0,40}"
    r"(?:object|otherwise|disagree|stop me|wrong|say so|against|problem|different|no\b)"
    r"|\b(?:correct|stop|shout|tell|interrupt|yell|contradict|let)(?: me)?(?: know)? if "
    r"(?:that|this|it|i|you|they|not|any)\b|\bcorrect me\b|\bunless you object\b"
    r"|^(?:please )?(?:object|shout|protest|say so|speak up|stop me|intervene) "
    r"(?:if|when|otherwise)\b"
)
_TAIL = re.compile(
    r"(?:,|\s-|;|:|\u2013|\u2014)\s*(?:or )?"
    r"(?:(?:is|would|does|do|are|was|can) (?:that|this|it|you|we|i)\b[^,?]{0,40}"
    r"|(?:right|correct|ok(?:ay)?|yes|yeah|fair(?: enough)?|agreed|no|true|fine|isn't it"
    r"|aren't they|don't we|sounds? \w+)(?: so far| then)?)\s*\?$"
)
HEARD = cues.TALK | {Intent.DISAGREE}
NEAR = 0.2  # share by which a figure may be off and still be near enough
SHORT = 14  # words; longer sentences say more than one thing
ALIKE = 0.4  # cosine to an example from which a message says the same
AHEAD = 0.1  # by which the example must be closer than any answer
SURER = {
    Intent.END: 0.75,
    **dict.fromkeys((Intent.HINT_REQUEST, Intent.GO_BACK, *TALK, Intent.DISAGREE), 0.5),
}
"""The same as `ALIKE` where a wrong guess would cost the candidate something."""


class Assumed(NamedTuple):
    """An assumption that the candidate wants confirmed."""

    text: str
    """What is assumed, verbatim."""
    asks: str
    """The sentence that asks for the confirmation, verbatim."""

    presumed: bool = True
    """Whether it is taken for a fact, rather than decided."""

    @property
    def content(self) -> str:
        """What is assumed, without the words that say that it is."""
        text = _TAIL.sub("", cues.normalised(self.text))
        text = _UNLESS.sub("", text)
        return _LEAD.sub("", text, count=1).strip(" ,.?-;:")


@lru_cache(maxsize=32)  # one message is asked several times
def assumptions_to_confirm(text: str) -> tuple[Assumed, ...]:
    """Assumptions of a message about which it asks whether they may stand."""
    sentences = split_sentences(text)[:SENTENCES]
    found: list[Assumed] = []
    for at, sentence in enumerate(sentences):
        line = cues.normalised(sentence)
        before = cues.normalised(sentences[at - 1]) if at else ""
        if _MAY_ASSUME.search(line) or _asks_whether(line):
            found.append(Assumed(sentence, sentence, _presumes(line)))
        elif before and _is_put_up(before, line):
            found.append(Assumed(sentences[at - 1], sentence, _presumes(before)))
    return tuple(found)


def _is_put_up(before: str, line: str) -> bool:
    """Whether a sentence asks whether the one before it may stand as an assumption."""
    if len(words_of(line)) <= SHORT_WISH and _UNLESS.search(line):  # it says little else
        return not before.endswith("?")
    return bool(_CONFIRM.match(line)) and (_presumes(before) or bool(_DECIDES.search(before)))


def _presumes(line: str) -> bool:
    """Whether a normalised sentence takes something for a fact."""
    return bool(_PRESUMES.search(line) or _MAY_ASSUME.search(line)) or cues.is_assumption(line)


def _asks_whether(line: str) -> bool:
    """Whether a normalised sentence assumes something and asks for a word on it."""
    presumes = _PRESUMES.search(line)
    # "Presumably ...?" and "I take it ...?" are assumptions as a whole.
    begins = presumes is not None and len(words_of(line[: presumes.start()])) <= 2
    asks = begins and line.rstrip("\"') ").endswith("?")
    if not (_TAIL.search(line) or _UNLESS.search(line) or asks):
        return False
    return bool(presumes or _DECIDES.search(line)) or cues.is_assumption(line)


def terms_asked(text: str, asked: str) -> tuple[str, ...]:
    """Ids of the words of the glossary that a message asks about.

    Args:
        text: the message.
        asked: what the interviewer had said; its words come first.
    """
    asking = _asking_for_words(text)
    found = dict.fromkeys(term for line in asking for term in terms_in(line))
    theirs = terms_in(cues.normalised(asked))
    first = sorted(found, key=lambda term: term not in theirs)
    return tuple(first[:1])


def _asking_for_words(text: str) -> list[str]:
    """Sentences, normalised, that ask what a word means; not those that the candidate answers."""
    sentences = split_sentences(text)[:SENTENCES]
    following = [*sentences[1:], ""][: len(sentences)]
    lines = [cues.without_quoted_questions(cues.normalised(one)) for one in sentences]
    return [
        line
        for line, after in zip(lines, following, strict=True)
        if Intent.DEFINE in read((line,)).intents and not cues.answers_itself(after)
    ]


def named_in_talk(judge: EmbeddedJudge, scene: Scene, intents: frozenset[Intent]) -> str | None:
    """Id of the item or red flag that a wish for a hint or a verdict is about."""
    if Intent.SEEK_VERDICT in intents:
        return _nearest_flag(judge, scene)
    if Intent.POSTPONE in intents and (put_off := _put_off(scene.turns[-1].text)):
        return _nearest_item(judge, scene.case, put_off)
    if Intent.HINT_REQUEST in intents and (what := _what(scene.turns[-1].text)):
        return _nearest_item(judge, scene.case, what)
    return None


def _put_off(text: str) -> str:
    """The topic that a message leaves for later; empty when it only says "that"."""
    lines = map(cues.normalised, split_sentences(text)[:SENTENCES])
    found = [match["what"] for line in lines if (match := _LATER.search(line))]
    return next((what for what in found if not _says_nothing(what)), "")


def _disputed(judge: EmbeddedJudge, scene: Scene, text: str) -> tuple[str, ...]:
    """The fact of the case that a message disagrees with, if it names one."""
    cue = cues.read_cues().intents[Intent.DISAGREE]
    said = [s for s in split_sentences(text)[:SENTENCES] if cue.find(cues.normalised(s))]
    if not said or not scene.case.facts:
        return ()
    facts = judge.prepare(scene.case).facts
    near = facts.closest(judge.encode(said[:1]))[0]
    figures = set(_FIGURE.findall(said[0]))
    known = (set(_FIGURE.findall(scene.case.fact(fact).answer)) for fact in facts.owners)
    shared = np.array([SAME_FIGURE if figures & theirs else 0.0 for theirs in known])
    best = int((near + shared).argmax())
    return (facts.owners[best],) if float(near[best] + shared[best]) >= DISPUTED else ()


def _what(text: str) -> str:
    """What a message says its wish is about; empty when it does not."""
    named = (_ABOUT.search(cues.normalised(s)) for s in split_sentences(text)[:SENTENCES])
    found = [match["what"] for match in named if match]
    telling = [what for what in found if not _says_nothing(what)]
    return telling[-1] if telling else ""


def _says_nothing(what: str) -> bool:
    return {"this", "that", "it", "one", "here", "there", "the", "question", "what"}.issuperset(
        words_of(what)
    )


def _nearest_item(judge: EmbeddedJudge, case: Case, what: str) -> str | None:
    vectors = judge.prepare(case)
    near = vectors.earns.closest(judge.encode([what]))[0]
    best = int(near.argmax())
    return vectors.items[best].id if float(near[best]) >= ABOUT_IT else None


def _nearest_flag(judge: EmbeddedJudge, scene: Scene) -> str | None:
    """The open red flag that is meant; the newest where nothing is named."""
    if not scene.open_flags:
        return None
    what = _what(scene.turns[-1].text)
    if not what:
        return scene.open_flags[-1]
    flags = judge.prepare(scene.case).flags
    near = flags.closest(judge.encode([what]))[0]
    open_ = np.array([owner in scene.open_flags for owner in flags.owners])
    best = int(np.where(open_, near, -1.0).argmax())
    return flags.owners[best]


def with_talk(assessment: TurnAssessment, scene: Scene, judge: EmbeddedJudge) -> TurnAssessment:
    """A reading with the talk about the talk that the words of the message show."""
    text, known = scene.turns[-1].text, frozenset(assessment.intents)
    shown = read(split_sentences(text)[:SENTENCES]).intents & HEARD
    intents = known | shown
    if assessment.assumed or (assessment.facts and assumptions_to_confirm(text)):
        intents -= {Intent.SEEK_VERDICT}  # "is that fair?" was about an assumption
    if Intent.DEFINE in shown and not _asking_for_words(text):
        intents -= {Intent.DEFINE}
    terms = terms_asked(text, _last_asked(scene)) if Intent.DEFINE in intents else ()
    target = wanted_next(text) if Intent.MOVE_ON in intents else None
    if target is scene.step is not StepId.SUMMARY:
        intents -= {Intent.MOVE_ON}  # it is where we are
    if Intent.ANSWER in intents and Intent.MOVE_ON not in intents:
        target = opened_by(text, scene.step)
    disputed = (
        () if assessment.facts or Intent.DISAGREE not in intents else _disputed(judge, scene, text)
    )
    return assessment.model_copy(
        update={
            "facts": assessment.facts or disputed,
            "intents": tuple(intent for intent in Intent if intent in intents),
            "terms": terms,
            "move_on_to": target,
            "about": named_in_talk(judge, scene, intents),
        }
    )


def wanted_next(text: str) -> StepId | None:
    """The step that a wish to move on names; a short wish may name it anywhere."""
    named = step_wanted(text, Intent.MOVE_ON)
    if named is None and len(words_of(text)) <= SHORT_WISH:
        return first_step(cues.normalised(text))
    return named


def _last_asked(scene: Scene) -> str:
    spoken = (turn.text for turn in reversed(scene.turns) if turn.role == "interviewer")
    return next(spoken, "")


def about_assumed(scene: Scene, fact: str) -> str:
    """A fact with words that tie it to the one assumption of the last message; else empty."""
    assumed = assumptions_to_confirm(scene.turns[-1].text) if scene.turns else ()
    facts = scene.assessment.facts if scene.assessment else ()
    if len(assumed) != 1 or len(facts) != 1:
        return ""
    near = is_near(assumed[0], fact)
    known = any(fact in turn.text for turn in scene.turns)
    told = sentences_of([fact])[0] if known else fact
    return f"{'Close enough' if near else 'On that'}: {_continued(told)}"


def is_near(assumed: Assumed, fact: str) -> bool:
    """Whether each figure of an assumption is near one of the fact, and there is one."""
    theirs, ours = read_figures(assumed.content), read_figures(fact)
    negates = {"no", "not", "never", "nobody", "none"} & set(assumed.content.split())
    if not theirs or negates or not set(content_stems(assumed.content)) & set(content_stems(fact)):
        return False
    return all(any(_are_near(one, other) for other in ours) for one in theirs)


def _are_near(one: Figure, other: Figure) -> bool:
    low, high = (1 - NEAR) * other.low, (1 + NEAR) * other.high
    return one.dimension == other.dimension and low <= one.low and one.high <= high


def _continued(fact: str) -> str:
    """A sentence after a colon; a name or a figure keeps its form."""
    return fact[0].lower() + fact[1:] if fact[:2].istitle() and fact[1:2] != " " else fact


@cache
def read_examples() -> tuple[tuple[Intent | None, str], ...]:
    """The shipped examples with their intents; None for answers."""
    text = files("interviewer.brains.embedded").joinpath("examples.yaml").read_text("utf-8")
    data: dict[str, list[str]] = yaml.load(text, Loader=yaml.BaseLoader)
    known = {intent.value: intent for intent in Intent if intent is not Intent.ANSWER}
    return tuple((known.get(name), text) for name, texts in data.items() for text in texts)


def gist_of(judge: EmbeddedJudge, case: CaseVectors, sentence: str) -> Intent | None:
    """The intent of a short sentence, or None when it may well be an answer."""
    if not 0 < len(words_of(sentence)) <= SHORT:
        return None
    examples = read_examples()
    known = judge.remember("intents", [text for _, text in examples])
    vector = judge.encode([sentence])
    cosines = (known @ vector.T)[:, 0]
    wish = np.array([intent is not None for intent, _ in examples])
    best = int(np.where(wish, cosines, -1.0).argmax())
    banks = (case.earns, case.misses, case.flags, case.facts)
    answer = max(float(bank.closest(vector).max(initial=-1.0)) for bank in banks)
    answer = max(answer, float(cosines[~wish].max(initial=-1.0)))
    intent = examples[best][0]
    enough = SURER.get(intent, ALIKE) if intent else ALIKE
    return intent if cosines[best] >= max(enough, answer + AHEAD) else None
