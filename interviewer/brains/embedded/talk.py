"""Talk about the talk in a message: words asked about, assumptions to confirm, what it is about."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from interviewer.assessment import TurnAssessment
from interviewer.brains.embedded import cues
from interviewer.brains.embedded.glossary import terms_in
from interviewer.brains.embedded.intents import first_step, read, step_wanted
from interviewer.brains.embedded.moving import opened_by
from interviewer.brains.protocol import Scene
from interviewer.cases import Case
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.segments import split_sentences
from interviewer.settings import StepId
from interviewer.transcript import Intent
from interviewer.words import words_of

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
    r"|(?:ok(?:ay)?|fine|fair|alright|all right|right|agreed)(?: (?:with|for|by) you)?)\s*\?$"
)
_MAY_ASSUME = re.compile(
    r"\b(?:i|we) (?:can|could|may) (?:safely |just )?(?:assume|suppose)\b[^?]{3,}\?"
    r"|\b(?:(?:can|could|may|should|shall) (?:i|we) (?:safely |just |also |then )?"
    r"(?:assume|suppose|say|take it|work with|go with)|(?:is it|would it be) "
    r"(?:fair|ok(?:ay)?|fine|safe|reasonable|right|correct|realistic) "
    r"(?:to (?:assume|say|suppose|expect)|if i (?:assume|say|take)))\b.{3,}"
)
_LEAD = re.compile(
    r"^.{0,30}?\b(?:assum(?:e|ing|ption)|suppose|say|guess|estimate|take it)"
    r"(?: (?:is|that|for now))?,? ",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:come|get|go|return|circle) ?(?:back )?to (?P<what>[\w' -]{3,60}?) "
    r"(?:later|in a|at the end|afterwards|after|once)\b"
)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
HEARD = cues.TALK | {Intent.DISAGREE}


class Assumed(NamedTuple):
    """An assumption that the candidate wants confirmed."""

    text: str
    """What is assumed, verbatim."""
    asks: str
    """The sentence that asks for the confirmation, verbatim."""

    @property
    def content(self) -> str:
        """What is assumed, without the words that say that it is."""
        return _LEAD.sub("", self.text, count=1)


def assumptions_to_confirm(text: str) -> list[Assumed]:
    """Assumptions of a message about which it asks whether they may stand."""
    sentences = split_sentences(text)[:SENTENCES]
    found: list[Assumed] = []
    for at, sentence in enumerate(sentences):
        line = cues.normalised(sentence)
        if _MAY_ASSUME.search(line):
            found.append(Assumed(sentence, sentence))
        elif at and _CONFIRM.match(line) and cues.is_assumption(sentences[at - 1]):
            found.append(Assumed(sentences[at - 1], sentence))
    return found


def terms_asked(text: str, asked: str) -> tuple[str, ...]:
    """Ids of the words of the glossary that a message asks about.

    Args:
        text: the message.
        asked: what the interviewer had said; its words come first.
    """
    lines = [cues.normalised(sentence) for sentence in split_sentences(text)[:SENTENCES]]
    asking = [line for line in lines if Intent.DEFINE in read([line]).intents]
    found = dict.fromkeys(term for line in asking for term in terms_in(line))
    theirs = terms_in(cues.normalised(asked))
    first = sorted(found, key=lambda term: term not in theirs)
    return tuple(first[:1])


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


def with_talk(heard: TurnAssessment, scene: Scene, judge: EmbeddedJudge) -> TurnAssessment:
    """A reading with the talk about the talk that the words of the message show."""
    text, known = scene.turns[-1].text, frozenset(heard.intents)
    intents = known | (read(split_sentences(text)[:SENTENCES]).intents & HEARD)
    if assumptions_to_confirm(text):
        intents -= {Intent.SEEK_VERDICT}  # "is that fair?" was about an assumption
    terms = terms_asked(text, _last_asked(scene)) if Intent.DEFINE in intents else ()
    target = wanted_next(text) if Intent.MOVE_ON in intents else None
    if target is scene.step is not StepId.SUMMARY:
        intents -= {Intent.MOVE_ON}  # it is where we are
    if Intent.ANSWER in intents and Intent.MOVE_ON not in intents:
        target = opened_by(text, scene.step)
    disputed = (
        () if heard.facts or Intent.DISAGREE not in intents else _disputed(judge, scene, text)
    )
    return heard.model_copy(
        update={
            "facts": heard.facts or disputed,
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
