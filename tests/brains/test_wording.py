"""The embedded brain's words: every template, the draw among them, and what is left unsaid."""

from __future__ import annotations

import re
import string

import pytest

from interviewer.assessment import Assessment, Verdict
from interviewer.brains.embedded.choice import Choice, read_wording
from interviewer.brains.embedded.wording import QUOTED_WORDS, SPOKEN_WORDS, word
from interviewer.brains.protocol import Scene
from interviewer.settings import STEPS, InterviewSettings, StepId
from interviewer.transcript import Evidence, Move, MoveKind, Turn
from tests.brains.test_contract import VERDICT_WORDS
from tests.shipped import a_line, a_scene, interviewer_said, shipped_case

SLOTS = {"text", "title", "opening", "case", "quote"}
KINDS_WITH_TEMPLATES = (
    *(MoveKind.PROBE, MoveKind.CHALLENGE, MoveKind.PUSH_BACK, MoveKind.CHANGE_CONSTRAINT),
    *(MoveKind.DEEP_DIVE, MoveKind.HINT, MoveKind.OFFER_HINT, MoveKind.TELL, MoveKind.LISTEN),
    *(MoveKind.DEEPEN, MoveKind.REMIND_TIME, MoveKind.OFFER_DRILL, MoveKind.OPEN_STEP),
)


def templates() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in read_wording().items():
        texts = [value] if isinstance(value, str) else value
        texts = list(texts.values()) if isinstance(texts, dict) else texts
        found += [(key, text) for text in texts]
    return found


def slots_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("key", read_wording())
def test_every_template_renders(key: str) -> None:
    for template in (text for name, text in templates() if name == key):
        assert slots_of(template) <= SLOTS, template
        text = template.format(**dict.fromkeys(SLOTS, "words"))
        assert "{" not in text and "}" not in text, template
        assert len(template.split()) <= SPOKEN_WORDS / 2, template
        assert template.count("?") <= 1, template
        assert not VERDICT_WORDS.search(template), template


def test_no_template_stands_twice() -> None:
    texts = [text for key, text in templates() if key != "titles"]
    twice = {text for text in texts if texts.count(text) > 1} - {"{text}", "Carry on from there."}
    assert not twice


@pytest.mark.parametrize("kind", KINDS_WITH_TEMPLATES)
def test_every_kind_of_move_has_templates(kind: MoveKind) -> None:
    assert kind.value in read_wording()


def test_every_step_has_a_title() -> None:
    assert set(read_wording()["titles"]) == {step.value for step in STEPS}


DRAWN = [key for key, value in read_wording().items() if isinstance(value, list)]


@pytest.mark.parametrize("key", DRAWN)
@pytest.mark.parametrize("seed", [0, 7])
def test_no_bridge_is_said_again_while_others_are_left(key: str, seed: int) -> None:
    known = read_wording()[key]
    said: list[str] = []
    bridges: list[str] = []
    for number in range(len(known)):
        scene = Scene(
            **{
                **vars(a_scene()),
                "turns": interviewer_said(said),
                "settings": InterviewSettings(seed=seed),
            }
        )
        filled = {slot: f"{slot} number {number}" for slot in SLOTS}
        said.append(Choice(scene).pick(key, **filled))
        bridges += [t for t in known if t.format(**filled) == said[-1] and t != "{text}"]
    assert len(bridges) == len(set(bridges))
    # A bare `{text}` has no words of its own, so it is always left and may be drawn at any time.
    assert len(bridges) == len(known) or "{text}" in known


def test_when_all_bridges_are_used_there_are_still_words() -> None:
    used = [text.format(**dict.fromkeys(SLOTS, "x")) for text in read_wording()["answer_floor"]]
    scene = a_scene(turns=interviewer_said(used))
    assert word(scene, Move(kind=MoveKind.ANSWER, step=StepId.DATA))
    asked = Move(kind=MoveKind.ANSWER, step=StepId.DATA, facts=("daily_users",))
    assert word(scene, asked) == [shipped_case().fact("daily_users").answer]


def opening(seed: int) -> list[str]:
    """The first words of three steps."""
    said: list[str] = []
    for step in STEPS[1:4]:
        scene = a_scene(settings=InterviewSettings(seed=seed), turns=interviewer_said(said))
        said.append(" ".join(word(scene, Move(kind=MoveKind.OPEN_STEP, step=step, closes=step))))
    return said


def test_the_same_seed_gives_the_same_words() -> None:
    assert opening(3) == opening(3)


def test_other_seeds_give_other_words() -> None:
    assert len({tuple(opening(seed)) for seed in range(8)}) >= 6


def test_only_one_question_is_left() -> None:
    move = Move(
        kind=MoveKind.OPEN_STEP, step=StepId.REQUIREMENTS, notices=("no_number", "focus", "asked")
    )
    assert " ".join(word(a_scene(), move)).count("?") == 1


def quoting(quote: str) -> str:
    item = shipped_case().steps[StepId.DATA].items[0].id
    heard = Assessment(
        item=item,
        step=StepId.DATA,
        verdict=Verdict.UNASSESSED,
        evidence=Evidence(quote=quote, turn=2),
    )
    scene = a_scene(quote, assessments=(heard,))
    return " ".join(word(scene, Move(kind=MoveKind.DEEPEN, step=StepId.DATA, item=item)))


@pytest.mark.parametrize(
    ("quote", "quoted"),
    [
        ("I would log impressions with their position.", True),
        ("Logs, joins, labels.", False),
        ("Yes (of course).", False),
        (" ".join(["and then we log it"] * 8), False),
        ("I'd keep every slot, because position decides what is seen", True),
        ('He said "keep the logs for a year" and left.', True),
        ("We keep {slots} and {text} in the log", True),
    ],
)
def test_a_quote_is_a_whole_clause_of_few_words(quote: str, quoted: bool) -> None:
    text = quoting(quote)
    found = re.search(r'"(.+)"', text)
    assert bool(found) is quoted, text
    if found:
        assert found[1] in quote and len(found[1].split()) <= QUOTED_WORDS


# A repeated question


def turns(*moves: Move) -> tuple[Turn, ...]:
    found: list[Turn] = []
    for move in moves:
        found.append(a_line(len(found) + 1, "...", move.step, move))
        found.append(a_line(len(found) + 1, "...", move.step))
    return tuple(found)


def test_the_question_that_is_repeated_is_the_one_still_open() -> None:
    item = shipped_case().steps[StepId.DATA].items[1]
    probe = Move(kind=MoveKind.PROBE, step=StepId.DATA, item=item.id, follow_up=1)
    opened = Move(kind=MoveKind.OPEN_STEP, step=StepId.DATA)
    pause = Move(kind=MoveKind.LISTEN, step=StepId.DATA, notices=("think",))
    told = Move(kind=MoveKind.TELL, step=StepId.DATA, item=item.id)
    question = shipped_case().steps[StepId.DATA].question
    again = Move(kind=MoveKind.LISTEN, step=StepId.DATA, notices=("repeat",))

    def repeated(*moves: Move) -> str:
        return " ".join(word(a_scene(turns=turns(*moves), last_move=moves[-1]), again))

    assert item.follow_ups[1] in repeated(opened, probe)
    assert item.follow_ups[1] in repeated(opened, probe, pause)
    assert question in repeated(opened)
    assert question in repeated(opened, pause)
    assert question in repeated(opened, probe, told)


# Too many words


def test_facts_are_shortened_before_the_question_is() -> None:
    facts = ("existing_system", "privacy_legal", "success_metric_owner")
    move = Move(kind=MoveKind.OPEN_STEP, step=StepId.DATA, closes=StepId.FRAMING, facts=facts)
    text = " ".join(word(a_scene(), move))
    assert len(text.split()) <= SPOKEN_WORDS
    assert "Today the feed mixes" in text or text.count("notebook") <= 3
    assert shipped_case().steps[StepId.DATA].question in text
