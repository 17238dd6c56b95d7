"""The embedded brain's words for a move: authored sentences of the case inside small bridges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from interviewer.brains.embedded.choice import Choice, read_wording
from interviewer.brains.protocol import Scene
from interviewer.cases import Case
from interviewer.settings import StepId
from interviewer.transcript import Move, MoveKind

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_CLAUSE = re.compile(r"[,;:.!?()\u2013\u2014]\s*|\s-\s|\n")
QUOTED_WORDS = 12
SPOKEN_WORDS = 60  # more than that at once, and nobody remembers the question
_ASKING = frozenset(
    {
        MoveKind.PROBE,
        MoveKind.DEEPEN,
        MoveKind.CHALLENGE,
        MoveKind.PUSH_BACK,
        MoveKind.CHANGE_CONSTRAINT,
        MoveKind.DEEP_DIVE,
        MoveKind.HINT,
        MoveKind.REDIRECT,
    }
)
_FIRST_NOTICES = ("unjudgeable", "manipulation", "skipped", "asked", "hint_cost", "time_short")


def word(scene: Scene, move: Move) -> list[str]:
    """The sentences of the interviewer's reply, in order; never empty."""
    choice = Choice(scene)
    first = [
        choice.notice(notice)
        for notice in _FIRST_NOTICES
        if notice in move.notices and not _silent(notice, move)
    ]
    facts = [_shortened(scene.case.fact(fact).answer) for fact in move.facts]
    then = [choice.notice(n) for n in ("no_number", "focus", "offer_drill") if n in move.notices]
    main = _main(scene, move, choice)
    spoken = [*first, *facts, *then, *main]
    _fit(spoken, [*first, *then, *main], facts)
    if _too_long(spoken) and move.kind in (MoveKind.OPEN_STEP, MoveKind.TELL):
        main[-1][:] = [choice.pick("open_briefly", title=_title(move.step))]
    return _one_question(_sentences(ways[0] for ways in spoken))


def _fit(spoken: Sequence[list[str]], order: Iterable[list[str]], last: list[list[str]]) -> None:
    """Puts parts in fewer words until nobody loses the thread: in `order`, then the longest."""
    for ways in order:
        while len(ways) > 1 and _too_long(spoken):
            del ways[0]
    while _too_long(spoken) and (left := [ways for ways in last if len(ways) > 1]):
        del max(left, key=lambda ways: len(ways[0]))[0]


def _too_long(spoken: Sequence[list[str]]) -> bool:
    return sum(len(ways[0].split()) for ways in spoken) > SPOKEN_WORDS


def _shortened(text: str) -> list[str]:
    """A fact, the same without its last sentences, and where it can be read instead."""
    sentences = _sentences([text])
    shorter = [" ".join(sentences[:end]) for end in range(len(sentences), 0, -1)]
    return [*shorter, read_wording()["noted"], ""]


def _silent(notice: str, move: Move) -> bool:
    """A plain "sure" needs no saying where the next words are the answer, as at the end."""
    return notice in ("asked", "skipped") and (
        move.kind is MoveKind.WRAP_UP or (notice == "asked" and "skipped" in move.notices)
    )


def _main(scene: Scene, move: Move, choice: Choice) -> list[list[str]]:
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
        return [choice.notice("answer_floor") if move.facts else [choice.pick("answer_floor")]]
    if kind is MoveKind.DEEPEN:
        quote = _short_quote(scene, move)
        return [[choice.pick("deepen", quote=quote) if quote else choice.pick("deepen_unquoted")]]
    if kind is MoveKind.REDIRECT:
        text = _authored(scene.case, move) or _question(scene.case, move.step)
        cause = "jumped_ahead" if "jumped_ahead" in move.notices else "off_topic"
        return [[choice.pick(f"redirect_{cause}", text=text), text, _sentences([text])[-1]]]
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


def _open(scene: Scene, move: Move, choice: Choice) -> list[str]:
    title = _title(move.step)
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
        return [choice.pick("open_covered_step", title=title, text=text), text]
    text = choice.pick("open_step", title=title, text=question)
    return [text, _sentences([text])[-1]]


def _title(step: StepId) -> str:
    return str(read_wording()["titles"][step.value])


def _question(case: Case, step: StepId) -> str:
    return case.steps[step].question


def _listen(scene: Scene, move: Move, choice: Choice) -> str:
    if "repeat" in move.notices:
        return choice.pick("repeat", text=_last_question(scene, move))
    for notice in ("think", "nothing_before", "no_hint"):
        if notice in move.notices:
            return choice.pick(notice)
    return choice.pick("listen")


def _last_question(scene: Scene, move: Move) -> str:
    """The question that the candidate has to answer, whatever was said since."""
    moves = [turn.move for turn in reversed(scene.turns) if turn.move is not None]
    for last in moves:
        if last.kind in (MoveKind.OPEN_STEP, MoveKind.TELL):
            break
        if last.kind in _ASKING and (text := _authored(scene.case, last)):
            return text
    return _question(scene.case, move.step)


def _tell(scene: Scene, move: Move, choice: Choice) -> list[list[str]]:
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
