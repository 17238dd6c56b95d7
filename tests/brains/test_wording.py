"""The embedded brain's words: every template, the draw among them, and what is left unsaid."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from typing import Any

import pytest

from interviewer.brains.embedded.phrases import (
    Choice,
    fact_of,
    opening_of,
    question_of,
    read_wording,
)
from interviewer.brains.embedded.quoting import QUOTED_WORDS
from interviewer.brains.embedded.wording import room_for, word
from interviewer.brains.protocol import SPOKEN_WORDS, TITLES, Scene
from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import Assessment, Evidence, TurnAssessment, Verdict
from interviewer.core.settings import STEPS, InterviewSettings, Persona, StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.text.cues import read_glossary
from tests.brains.bounds import VERDICT_WORDS
from tests.shipped import a_line, a_scene, interviewer_said, shipped_case

SLOTS = {"text", "title", "opening", "case", "quote", "limit", "fact", "thing"}
NOT_SPOKEN = {"never_quoted", "no_beginning", "no_ending"}
SPOKEN = [key for key in read_wording() if key not in NOT_SPOKEN]
BY_PERSONA = [key for key in SPOKEN if isinstance(read_wording()[key], dict)]
KINDS_WITH_TEMPLATES = (
    *(MoveKind.PROBE, MoveKind.CHALLENGE, MoveKind.PUSH_BACK, MoveKind.CHANGE_CONSTRAINT),
    *(MoveKind.DEEP_DIVE, MoveKind.HINT, MoveKind.OFFER_HINT, MoveKind.TELL, MoveKind.LISTEN),
    *(MoveKind.DEEPEN, MoveKind.REMIND_TIME, MoveKind.OFFER_DRILL, MoveKind.OPEN_STEP),
)


def ways_of(key: str, persona: str = "neutral") -> list[str]:
    """The templates of a section that a persona may use."""
    section = read_wording()[key]
    return section if isinstance(section, list) else section[persona] + section.get("any", [])


def templates() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key in SPOKEN:
        section = read_wording()[key]
        lists = [section] if isinstance(section, list) else section.values()
        found += [(key, text) for texts in lists for text in texts]
    return found


def slots_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_template_renders() -> None:
    for template in (text for name, text in templates() if name in SPOKEN):
        assert slots_of(template) <= SLOTS, template
        text = template.format(**dict.fromkeys(SLOTS, "words"))
        assert "{" not in text and "}" not in text, template
        assert len(template.split()) <= SPOKEN_WORDS / 2, template
        assert template.count("?") <= 1, template
        assert not VERDICT_WORDS.search(template), template


def test_no_template_stands_twice() -> None:
    texts = [text for _, text in templates()]
    assert {text for text in texts if texts.count(text) > 1} <= {"{text}"}


@pytest.mark.parametrize("persona", Persona)
def test_no_two_ways_of_a_section_begin_alike(persona: Persona) -> None:
    for key in SPOKEN:
        begins = [
            re.split(r"\s+", text.format(**dict.fromkeys(SLOTS, "words")).lower())[:2]
            for text in ways_of(key, persona.value)
        ]
        assert len({" ".join(words) for words in begins}) == len(begins), key


@pytest.mark.parametrize("persona", Persona)
def test_every_persona_has_ways_of_its_own(persona: Persona) -> None:
    few = [key for key in BY_PERSONA if len(read_wording()[key][persona.value]) < 3]
    assert not few


@pytest.mark.parametrize("kind", KINDS_WITH_TEMPLATES)
def test_every_kind_of_move_has_templates(kind: MoveKind) -> None:
    assert kind.value in read_wording()


LISTEN, OPEN, PROBE = MoveKind.LISTEN, MoveKind.OPEN_STEP, MoveKind.PROBE
DECIDED_WITH: dict[Act, MoveKind] = {
    **dict.fromkeys((Act.UNJUDGEABLE, Act.MANIPULATION, Act.REVISED, Act.CLOCK), PROBE),
    **dict.fromkeys((Act.DEFINE, Act.ALREADY_SAID, Act.POSTPONED, Act.NO_VERDICT), PROBE),
    **dict.fromkeys((Act.ASSUMED, Act.POKE, Act.CONCERN, Act.NO_NUMBER, Act.FOCUS), PROBE),
    **dict.fromkeys((Act.HINT_COST, Act.TIME_SHORT), PROBE),
    **dict.fromkeys((Act.OPENING, Act.ASKED, Act.FOLLOWED, Act.BACK, Act.BEFORE_SUMMARY), OPEN),
    **dict.fromkeys((Act.BEFORE_END, Act.SUM_UP, Act.OFFER_DRILL), OPEN),
    **dict.fromkeys((Act.OFF_TOPIC, Act.JUMPED_AHEAD), MoveKind.REDIRECT),
    **dict.fromkeys((Act.NO_HINT, Act.NOTHING_BEFORE, Act.SMALL_TALK, Act.REPEAT), LISTEN),
    **dict.fromkeys((Act.EXAMPLE, Act.THINK, Act.OPINION, Act.WALK_THROUGH), LISTEN),
    Act.ANYTHING_ELSE: LISTEN,
    Act.HINT_ASKED: MoveKind.OFFER_HINT,
    Act.DISAGREED: MoveKind.DEEPEN,
}
"""A move with which the policy decides each act."""
ANOTHER_CAUSE = {Act.OFF_TOPIC: (Act.JUMPED_AHEAD,)}
"""A redirection without any is for what is off the topic."""


@pytest.mark.parametrize("act", Act)
def test_every_act_is_spoken(act: Act) -> None:
    kind, step = DECIDED_WITH[act], StepId.DATA
    item = shipped_case().steps[step].items[0].id if kind in (PROBE, MoveKind.DEEPEN) else None
    closes = StepId.FRAMING if kind is OPEN and act is not Act.OPENING else None
    move = Move(kind=kind, step=step, item=item, closes=closes)
    heard = TurnAssessment(intents=(Intent.ANSWER,), terms=tuple(read_glossary())[:1])
    scene = a_scene("I would log impressions, because joining later leaks.", step, assessment=heard)
    said = word(scene, move.with_acts(act))
    assert said != word(scene, move.with_acts(*ANOTHER_CAUSE.get(act, ())))


def test_every_step_has_a_title() -> None:
    assert set(TITLES) == set(STEPS)


def a_scene_of(seed: int = 0, said: Sequence[str] = (), **overrides: Any) -> Scene:
    """A scene in which the interviewer has said these texts."""
    settings = InterviewSettings(seed=seed, **overrides)
    return a_scene(turns=interviewer_said(said), settings=settings)


FILLED: dict[str, Any] = {slot: f"the {slot}" for slot in SLOTS}


@pytest.mark.parametrize("seed", [0, 7])
def test_no_way_is_used_again_while_others_are_left(seed: int) -> None:
    for key in SPOKEN:
        said: list[str] = []
        for _ in ways_of(key):
            said.append(Choice(a_scene_of(seed, said)).pick(key, **FILLED))
        assert len(set(said)) == len(ways_of(key)), key


@pytest.mark.parametrize("persona", Persona)
def test_two_seeds_in_a_row_share_nothing_while_a_half_lasts(persona: Persona) -> None:
    for key in SPOKEN:
        assert_two_seeds_share_nothing(key, persona)


def assert_two_seeds_share_nothing(key: str, persona: Persona) -> None:
    uses = len(ways_of(key, persona.value)) // 2 - (key in BY_PERSONA)
    heard: list[set[str]] = []
    for seed in (4, 5):
        said: list[str] = []
        for _ in range(max(1, uses)):
            scene = a_scene_of(seed, said, persona=persona)
            said.append(Choice(scene).pick(key, leads=True, **FILLED))
        heard.append(set(said))
    assert heard[0].isdisjoint(heard[1]), key


@pytest.mark.parametrize(
    ("ways", "seeds", "expected"),
    [
        pytest.param(("a?", "b?"), (0, 1, 2), ["a?", "b?", "a?"], id="two"),
        pytest.param(("a?", "b?", "c?"), (0, 1, 2, 3), ["a?", "b?", "c?", "a?"], id="three"),
        pytest.param(("a?",), (0, 1), ["a?", "a?"], id="no_other_way"),
    ],
)
def test_the_cases_sentences_rotate_with_the_seed(
    ways: tuple[str, ...], seeds: tuple[int, ...], expected: list[str]
) -> None:
    assert [Choice(a_scene_of(seed)).unsaid(ways)[0] for seed in seeds] == expected


def test_a_sentence_of_the_case_is_not_said_twice() -> None:
    scene = a_scene_of(0, ["Next. How would you start here?"])
    ways = ("How would you start here?", "Where does this begin?")
    assert Choice(scene).unsaid(ways) == ["Where does this begin?"]


def test_a_persona_speaks_in_its_own_words_first() -> None:
    probes = {
        persona: Choice(a_scene_of(persona=persona)).pick("probe", text="Why?")
        for persona in Persona
    }
    assert len(set(probes.values())) == len(Persona)
    for persona, text in probes.items():
        own = read_wording()["probe"][persona.value]
        assert text in [template.format(text="Why?") for template in own]


def test_when_all_bridges_are_used_there_are_still_words() -> None:
    used = [text.format(**dict.fromkeys(SLOTS, "x")) for text in ways_of("answer_floor")]
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
        kind=MoveKind.OPEN_STEP,
        step=StepId.REQUIREMENTS,
        acts=(Act.NO_NUMBER, Act.FOCUS, Act.ASKED),
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
        ('He said "keep the logs for a year" and left.', False),
        ("We keep {slots} and {text} in the log", False),
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
    pause = Move(kind=MoveKind.LISTEN, step=StepId.DATA, acts=(Act.THINK,))
    told = Move(kind=MoveKind.TELL, step=StepId.DATA, item=item.id)
    question = shipped_case().steps[StepId.DATA].question
    again = Move(kind=MoveKind.LISTEN, step=StepId.DATA, acts=(Act.REPEAT,))

    def repeated(*moves: Move) -> str:
        return " ".join(word(a_scene(turns=turns(*moves), last_move=moves[-1]), again))

    assert item.follow_ups[1] in repeated(opened, probe)
    assert item.follow_ups[1] in repeated(opened, probe, pause)
    assert question in repeated(opened)
    assert question in repeated(opened, pause)
    assert question in repeated(opened, probe, told)


def test_a_question_about_the_candidates_words_is_repeated_in_other_words() -> None:
    item = shipped_case().steps[StepId.DATA].items[1]
    asked = Move(kind=MoveKind.DEEPEN, step=StepId.DATA, item=item.id)
    question = "What would the other obvious choice cost you here?"
    said = a_line(3, f'Take "we log it". {question}', StepId.DATA, asked)
    scene = a_scene(turns=(*a_scene("Fine.").turns, said, a_line(4, "Sorry?", StepId.DATA)))
    again = Move(kind=MoveKind.LISTEN, step=StepId.DATA, acts=(Act.REPEAT,))
    text = " ".join(word(scene, again))
    assert '"we log it"' in text and question not in text and text.endswith("?")


@pytest.mark.parametrize("persona", Persona)
@pytest.mark.parametrize("seed", range(4))
def test_the_opening_is_never_cut(persona: Persona, seed: int) -> None:
    scene = a_scene(turns=(), settings=InterviewSettings(seed=seed, persona=persona))
    opening = Move(kind=MoveKind.OPEN_STEP, step=STEPS[0], acts=(Act.OPENING,))
    text = " ".join(word(scene, opening))
    assert any(way in text for way in opening_of(shipped_case()))


def test_a_drill_of_a_concept_names_it_and_asks_for_its_first_point() -> None:
    item = shipped_case().steps[StepId.DATA].items[0]
    scene = a_scene(turns=(), settings=InterviewSettings(concept="latency_budget"))
    opening = Move(kind=MoveKind.OPEN_STEP, step=StepId.DATA, item=item.id, acts=(Act.OPENING,))
    text = " ".join(word(scene, opening))
    assert "latency budget" in text and item.follow_ups[0] in text


def test_covered_steps_are_passed_over_in_one_sentence() -> None:
    move = Move(
        kind=MoveKind.OPEN_STEP, step=StepId.MODELING, closes=StepId.FRAMING, passes_over=True
    )
    text = " ".join(word(a_scene(), move))
    assert "the data" in text and "models and evaluation" in text


def test_a_question_of_a_step_said_before_is_not_said_again() -> None:
    ways = question_of(shipped_case(), StepId.DATA)
    move = Move(kind=MoveKind.OPEN_STEP, step=StepId.DATA, closes=StepId.FRAMING)
    text = " ".join(word(a_scene(turns=interviewer_said(ways)), move))
    assert not any(way in text for way in ways) and "the data" in text


# Too many words


def test_facts_are_shortened_before_the_question_is() -> None:
    facts = ("existing_system", "privacy_legal", "success_metric_owner")
    move = Move(kind=MoveKind.OPEN_STEP, step=StepId.MODELING, closes=StepId.DATA, facts=facts)
    text = " ".join(word(a_scene(), move))
    assert len(text.split()) <= room_for(facts)
    for fact in facts:  # each whole, however little room there is
        assert any(way in text for way in fact_of(shipped_case(), fact))
    assert any(question in text for question in question_of(shipped_case(), StepId.MODELING))
