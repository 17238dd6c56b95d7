"""One reply in parts, and the phrases that are drawn for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from interviewer.brains.protocol import Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.case import Case, ItemParaphrases
from interviewer.core.settings import StepId
from interviewer.text.cues import read_glossary
from interviewer.text.sentences import split_prose, words_of

OPENER_WORDS = 2  # first words of a reply that are not to be heard again soon
OPENER_TURNS = 6  # interviewer turns for which they are not
MOST_TALK = 0.37  # interviewer words for each word of a candidate who drives
TALKATIVE = 45  # words a turn from which a candidate needs little leading

_SLOT = re.compile(r"\{[a-z]+\}")
_ONCE = ("asked", "skipped", "offer_drill_aside", "answer_floor", "revised", "covered")
"""Small acts that are left out when every way of saying them was used."""
_UNSAID = (*_ONCE, "focus", "manipulation", "no_number")
"""Small acts that are left out where there is no room for them."""
Paraphrases = tuple[str, ...]
"""Ways to say the same, the case's own first; empty when there is nothing to say."""


@cache
def read_wording() -> dict[str, Any]:
    """Reads the shipped templates once."""
    text = files("interviewer.brains.embedded").joinpath("wording.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def sentences_of(parts: Iterable[str]) -> list[str]:
    """The sentences of several texts in their order."""
    return [sentence for part in parts for sentence in split_prose(part.strip())]


def opener_of(text: str) -> str:
    """The first words of a reply, which listeners notice when they come again."""
    return " ".join(words_of(text)[:OPENER_WORDS])


class Choice:
    """Chooses templates and the case's own sentences for one reply.

    Two seeds in a row draw from different halves of the ways while a half lasts, whatever has
    been said before; so an interview played again with the next seed is another one in words.

    Args:
        scene: its seed and persona choose; what the interviewer has said in it is not said again
            while other ways are left.
    """

    def __init__(self, scene: Scene) -> None:
        self._seed = scene.settings.seed
        self._persona = scene.settings.persona.value
        self._said = [turn.text for turn in scene.turns if turn.role == "interviewer"]
        spoken = sum(len(text.split()) for text in self._said)
        answered = [len(turn.text.split()) for turn in scene.turns if turn.role == "candidate"]
        self.brief = sum(answered) >= TALKATIVE * max(1, len(answered))
        """Whether the candidate drives, so that the interviewer leads in with few words."""
        self.too_talkative = self.brief and spoken > MOST_TALK * sum(answered)
        """Whether the interviewer has said too much to a candidate who drives."""
        self._openers = {opener_of(text) for text in self._said[-(OPENER_TURNS - 1) :]}

    def pick(self, key: str, *, leads: bool = False, **slots: str) -> str:
        """A template in words: a fresh one, or the one said longest ago when all were used.

        Args:
            key: the section of the templates.
            leads: the text begins the reply, so its first words should be fresh too.
            slots: what is filled in.
        """
        filled = [(t, t.format(**slots)) for t in self._in_order(key)]
        stale = [leads and not self.opens_fresh(text) for _, text in filled]
        used = [self._last_use(template) for template, _ in filled]
        first = min(range(len(filled)), key=lambda at: (stale[at], used[at]))
        return filled[first][1]

    def notice(self, key: str, *, leads: bool = False, **slots: str) -> list[str]:
        """A small act in one or more ways, the longest first; "" leaves it unsaid."""
        fresh = [t for t in self._own(key) if self._last_use(t) < 0]
        if not fresh and key in _ONCE:
            return [""]
        text = self.pick(key, leads=leads, **slots)
        shortest = min([text, *(t.format(**slots) for t in fresh)], key=len)
        return [text, shortest, *([""] if key in _UNSAID else [])]

    def unsaid(self, texts: Sequence[str]) -> list[str]:
        """Sentences of the case that do the same job, the one to say first; none said before."""
        if not texts:
            return []
        start = self._seed % len(texts)
        rotated = [*texts[start:], *texts[:start]]
        return [
            text
            for text in rotated
            if not any(part in said for part in sentences_of([text]) for said in self._said)
        ]

    def any_of(self, texts: Sequence[str], *, leads: bool = False) -> str:
        """What has to be said even when it was said before: this seed's way, or a fresh begin."""
        start = self._seed % len(texts)
        rotated = [*texts[start:], *texts[:start]]
        if leads:
            rotated.sort(key=lambda text: not self.opens_fresh(text))
        return rotated[0]

    def is_fresh(self, key: str) -> bool:
        """Whether a section has ways that were not used."""
        return any(self._last_use(template) < 0 for template in self._in_order(key))

    def opens_fresh(self, text: str) -> bool:
        """Whether no recent reply began with the same words."""
        return opener_of(text) not in self._openers

    def _in_order(self, key: str) -> list[str]:
        """Templates in the order of this seed: this half before the other, the persona's first."""
        own = self._own(key)
        groups = _templates(key, self._persona)
        return [*own, *(t for group in groups for t in group if t not in own)]

    def _own(self, key: str) -> list[str]:
        """Templates that two seeds in a row never share."""
        groups = _templates(key, self._persona)
        own = [template for group in groups for template in _half(group, self._seed)]
        return sorted(own, key=lambda text: len(text.split())) if self.brief else own

    def _last_use(self, template: str) -> int:
        """Index of the last reply that used the words of a template; -1 when none did."""
        pattern = _words_around_slots(template)
        if pattern is None:
            return -1
        found = (at for at in reversed(range(len(self._said))) if pattern.search(self._said[at]))
        return next(found, -1)


def _half(group: Sequence[str], seed: int) -> list[str]:
    """The half of a list that belongs to a seed, rotated so that its next use differs."""
    own = list(group[seed % 2 :: 2])
    turn = (seed // 2) % len(own) if own else 0
    return own[turn:] + own[:turn]


def _templates(key: str, persona: str) -> list[list[str]]:
    section: str | list[str] | dict[str, list[str]] = read_wording()[key]
    if isinstance(section, dict):
        return [section.get(persona, []), section.get("any", [])]
    return [[section] if isinstance(section, str) else section]


@cache
def _words_around_slots(template: str) -> re.Pattern[str] | None:
    pieces = [piece.strip() for piece in _SLOT.split(template)]
    spoken = [re.escape(piece) for piece in pieces if re.search(r"\w", piece)]
    if not spoken:
        return None
    start = r"(?:^|[.!?:] )" if re.search(r"\w", pieces[0]) else ""
    return re.compile(start + ".*?".join(spoken), re.DOTALL)


def opening_of(case: Case) -> Paraphrases:
    """The case's opening."""
    return (case.opening, *case.ways.opening)


def question_of(case: Case, step: StepId) -> Paraphrases:
    """The opening question of a step."""
    return (case.steps[step].question, *case.ways.steps.get(step, ()))


def fact_of(case: Case, fact_id: str) -> Paraphrases:
    """A fact."""
    return (case.fact(fact_id).answer, *case.ways.facts.get(fact_id, ()))


def paraphrases_of(case: Case, move: Move) -> Paraphrases:
    """What the case itself says for a move; empty where it has nothing."""
    if move.red_flag and move.red_flag in case.ids:
        challenge = case.red_flag(move.red_flag).challenge
        return (challenge, *case.ways.red_flags.get(move.red_flag, ()))
    if move.about:
        return _about(case, move)
    return () if move.item is None else _of_item(case, move, move.item)


def _about(case: Case, move: Move) -> Paraphrases:
    about = move.about or ""
    for dive in case.deep_dives:
        if dive.id == about and move.follow_up:
            at = min(move.follow_up, len(dive.follow_ups)) - 1
            return (dive.follow_ups[at], *_at(case.ways.dive_follow_ups.get(about, ()), at))
        if dive.id == about:
            return (dive.question, *case.ways.deep_dives.get(about, ()))
    for change in case.constraint_changes:
        if change.id == about:
            return (change.text, *case.ways.constraint_changes.get(about, ()))
    for push in case.push_backs:
        if push.id == about:
            return (push.text, *case.ways.push_backs.get(about, ()))
    return ()


def _of_item(case: Case, move: Move, item_id: str) -> Paraphrases:
    item, ways = case.item(item_id), case.ways.items.get(item_id, ItemParaphrases())
    if move.kind is MoveKind.HINT:
        at = move.hint - 1
        return (item.hints[at], *_at(ways.hints, at))
    at = min(move.follow_up, len(item.follow_ups) - 1)
    return (item.follow_ups[at], *_at(ways.follow_ups, at))


def _at(ways: tuple[Paraphrases, ...], at: int) -> Paraphrases:
    return ways[at] if at < len(ways) else ()


def time_left(scene: Scene) -> str:
    """How much of the interview's time is left, in a sentence."""
    used, planned = scene.minutes
    if used >= planned:
        return f"The {planned:.0f} minutes are used up."
    left = round(planned - used)
    if left < 1:
        return f"Less than one of {planned:.0f} minutes is left."
    told = "one" if left == 1 else f"{left}"
    return f"About {told} of {planned:.0f} minutes {'is' if left == 1 else 'are'} left."


def meaning_of(scene: Scene) -> str:
    """What the word means that the candidate asks about."""
    terms = scene.assessment.terms if scene.assessment else ()
    return " ".join(read_glossary()[term].means for term in terms if term in read_glossary())
