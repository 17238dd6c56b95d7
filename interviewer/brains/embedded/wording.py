"""The embedded brain's words for a move: authored sentences of the case inside small bridges."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from interviewer.brains.protocol import Scene
from interviewer.cases import Case
from interviewer.judge.segments import split_sentences
from interviewer.settings import StepId
from interviewer.transcript import Move, MoveKind

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_CLAUSE = re.compile(r"[,;:.!?()\u2013\u2014]\s*|\s-\s|\n")
QUOTED_WORDS = 12
SPOKEN_WORDS = 60  # more than that at once, and nobody remembers the question
_UNSAID = ("asked", "skipped", "offer_drill", "answer_floor")
_FIRST_NOTICES = ("unjudgeable", "manipulation", "skipped", "asked", "hint_cost", "time_short")


@cache
def read_wording() -> dict[str, Any]:
    """Reads the shipped templates once."""
    text = files("interviewer.brains.embedded").joinpath("wording.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def word(scene: Scene, move: Move) -> list[str]:
    """The sentences of the interviewer's reply, in order; never empty."""
    choice = _Choice(scene)
    first = [
        choice.small(notice)
        for notice in _FIRST_NOTICES
        if notice in move.notices and not _silent(notice, move)
    ]
    facts = [_shortened(scene.case.fact(fact).answer) for fact in move.facts]
    then = [choice.small(n) for n in ("no_number", "focus", "offer_drill") if n in move.notices]
    main = _main(scene, move, choice)
    spoken = [*first, *facts, *then, *main]
    _fit(spoken, [*first, *then, *main, *facts])
    return _one_question(_sentences(ways[0] for ways in spoken))


def _fit(spoken: Sequence[list[str]], order: Iterable[list[str]]) -> None:
    """Puts parts in fewer words, in the given order, until nobody loses the thread."""
    for ways in order:
        while len(ways) > 1 and sum(len(part[0].split()) for part in spoken) > SPOKEN_WORDS:
            del ways[0]


def _shortened(text: str) -> list[str]:
    """A text, and the same without its last sentences."""
    sentences = _sentences([text])
    return [" ".join(sentences[:end]) for end in range(len(sentences), 0, -1)]


def _silent(notice: str, move: Move) -> bool:
    """A plain "sure" needs no saying where the next words are the answer, as at the end."""
    return notice in ("asked", "skipped") and (
        move.kind is MoveKind.WRAP_UP or (notice == "asked" and "skipped" in move.notices)
    )


def _main(scene: Scene, move: Move, choice: _Choice) -> list[list[str]]:
    """The main act in parts, each in one or more ways, the longest first."""
    kind = move.kind
    if kind is MoveKind.OPEN_STEP:
        return [_open(scene, move, choice)]
    if kind is MoveKind.TELL:
        return _tell(scene, move, choice)
    if kind is MoveKind.LISTEN:
        return [[_listen(scene, move, choice)]]
    if kind is MoveKind.WRAP_UP:
        templates = read_wording()["wrap_up"]
        end = next((n for n in ("candidate", "time_up") if n in move.notices), "completed")
        return [[str(templates[end])]]
    if kind is MoveKind.ANSWER:
        return [choice.small("answer_floor") if move.facts else [choice.pick("answer_floor")]]
    if kind is MoveKind.DEEPEN:
        quote = _short_quote(scene, move)
        return [[choice.pick("deepen", quote=quote) if quote else choice.pick("deepen_unquoted")]]
    if kind is MoveKind.REDIRECT:
        text = _authored(scene.case, move) or _question(scene.case, move.step)
        cause = "jumped_ahead" if "jumped_ahead" in move.notices else "off_topic"
        return [[choice.pick(f"redirect_{cause}", text=text), text]]
    key = "probe_free" if "free" in move.notices else kind.value
    text = _authored(scene.case, move)
    return [[choice.pick(key, text=text), text] if text else [choice.pick(key)]]


def _short_quote(scene: Scene, move: Move) -> str:
    """Up to twelve of the candidate's words about an item; empty when no clause is that short."""
    heard = next((a for a in scene.assessments if a.item == move.item), None)
    if heard is None or heard.evidence is None:
        return ""
    clauses = [clause.strip() for clause in _CLAUSE.split(heard.evidence.quote)]
    fitting = [clause for clause in clauses if 3 <= len(clause.split()) <= QUOTED_WORDS]
    return max(fitting, key=len, default="").strip(" .!?\"'")


def _authored(case: Case, move: Move) -> str:
    """The case's own sentence for a move."""
    if move.red_flag:
        return case.red_flag(move.red_flag).challenge
    if move.about:
        texts = {dive.id: dive.question for dive in case.deep_dives}
        texts |= {change.id: change.text for change in case.constraint_changes}
        texts |= {push.id: push.text for push in case.push_backs}
        return texts[move.about]
    if move.item is None:
        return ""
    item = case.item(move.item)
    if move.kind is MoveKind.HINT:
        return item.hints[move.hint - 1]
    return item.follow_ups[min(move.follow_up, len(item.follow_ups) - 1)]


def _open(scene: Scene, move: Move, choice: _Choice) -> list[str]:
    title = read_wording()["titles"][move.step.value]
    question = _question(scene.case, move.step)
    if "opening" in move.notices:
        key = "drill_opening" if scene.settings.drill else "opening"
        case = scene.case
        opening = {"opening": case.opening, "title": title, "case": case.title}
        return [choice.pick(key, text=question, **opening)]
    if "back" in move.notices:
        return [choice.pick("open_back", title=title)]
    if move.item is not None:
        text = scene.case.item(move.item).follow_ups[0]
        return [choice.pick("open_covered_step", title=title, text=text)]
    text = choice.pick("open_step", title=title, text=question)
    return [text, _sentences([text])[-1]]


def _question(case: Case, step: StepId) -> str:
    return case.steps[step].question


def _listen(scene: Scene, move: Move, choice: _Choice) -> str:
    if "repeat" in move.notices:
        return choice.pick("repeat", text=_last_question(scene, move))
    for notice in ("think", "nothing_before", "no_hint"):
        if notice in move.notices:
            return choice.pick(notice)
    return choice.pick("listen")


def _last_question(scene: Scene, move: Move) -> str:
    last = scene.last_move
    if last is None or last.kind in (MoveKind.OPEN_STEP, MoveKind.LISTEN, MoveKind.ANSWER):
        return _question(scene.case, move.step)
    return _authored(scene.case, last) or _question(scene.case, move.step)


def _tell(scene: Scene, move: Move, choice: _Choice) -> list[list[str]]:
    statement = scene.case.item(move.item or "").statement
    told = [choice.pick("tell", text=statement), statement]
    if move.closes is None:
        return [told, [choice.pick("tell_stay")]]
    following = move.model_copy(update={"kind": MoveKind.OPEN_STEP, "item": None})
    return [told, _open(scene, following, choice)]


def _sentences(parts: Iterable[str]) -> list[str]:
    return [s.strip() for part in parts for s in _SENTENCE_END.split(part) if s.strip()]


def _one_question(sentences: Sequence[str]) -> list[str]:
    """Keeps the last question only: with two, nobody knows which to answer."""
    questions = [index for index, sentence in enumerate(sentences) if sentence.endswith("?")]
    dropped = set(questions[:-1])
    return [sentence for index, sentence in enumerate(sentences) if index not in dropped]


class _Choice:
    """Draws templates: seeded, and none that was used before while others are left."""

    def __init__(self, scene: Scene) -> None:
        self._random = random.Random(f"{scene.settings.seed}:{len(scene.turns)}")
        self._said = {
            sentence
            for turn in scene.turns
            if turn.role == "interviewer"
            for sentence in split_sentences(turn.text)
        }

    def pick(self, key: str, **slots: str) -> str:
        """A template in words: a fresh one, or any when all have been used."""
        templates: str | list[str] = read_wording()[key]
        if isinstance(templates, str):
            return templates.format(**slots)
        texts = [template.format(**slots) for template in templates]
        fresh = [text for text in texts if not self._repeats(text, slots)]
        return self._random.choice(fresh or texts)

    def small(self, key: str) -> list[str]:
        """A small act; one that can be left unsaid is, when there is no room or no new word."""
        text = self.pick(key)
        if key not in _UNSAID:
            return [text]
        return [""] if self._repeats(text, {}) else [text, ""]

    def _repeats(self, text: str, slots: dict[str, str]) -> bool:
        """Whether the bridge of a text (what is not authored by the case) was said before."""
        for slot in slots.values():
            text = text.replace(slot, "")
        return any(sentence in self._said for sentence in split_sentences(text))
