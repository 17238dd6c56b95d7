"""Versions of answers and scripts that suites make by rule, and what counts as given away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from evals.subjects import library
from evals.suites.manipulation import SCRIPTS, Attack, drill_of, with_attack
from evals.suites.robustness import CHANGES, answers_of, misspell, pad, reorder
from evals.suites.robustness import SCRIPTS as STRONG
from interviewer.cases.leaks import RUN, leaks_in, rubric_phrases
from interviewer.core.case import Case, CaseStep
from interviewer.core.settings import STEPS, StepId
from interviewer.simulation.player import Script, load_script
from interviewer.simulation.script import Message
from interviewer.text.sentences import split_sentences, words_of
from tests.builders import a_case, a_red_flag, a_step, an_item

ANSWERS = [
    pytest.param(answers_of(script)[step], step, id=f"{case}.{step}")
    for case, script in STRONG.items()
    for step in STEPS
]
CASES = sorted(library().cases)


@pytest.mark.parametrize(("text", "name"), ANSWERS)
def test_padding_lengthens_an_answer_and_keeps_every_sentence(text: str, name: str) -> None:
    padded = pad(text, name)
    assert 1.5 <= len(words_of(padded)) / len(words_of(text)) <= 2.6
    at = 0
    for sentence in split_sentences(text):
        at = padded.index(sentence, at) + len(sentence)
    assert pad(text, name) == padded


def test_padding_doubles_answers_on_the_whole() -> None:
    texts = [answers_of(script)[step] for script in STRONG.values() for step in STEPS]
    padded = sum(len(words_of(pad(text, "any"))) for text in texts)
    assert 1.6 <= padded / sum(len(words_of(text)) for text in texts) <= 2.6


@pytest.mark.parametrize(("text", "name"), ANSWERS)
def test_typos_keep_the_letters_of_every_word(text: str, name: str) -> None:
    words, typos = text.split(" "), misspell(text, name).split(" ")
    changed = [(one, other) for one, other in zip(words, typos, strict=True) if one != other]
    assert 0 < len(changed) <= len(words) / 8
    assert all(sorted(one) == sorted(other) and len(one) >= 5 for one, other in changed)
    assert all((one[0], one[-1]) == (other[0], other[-1]) for one, other in changed)
    assert misspell(text, name) == " ".join(typos)


@pytest.mark.parametrize(("text", "name"), ANSWERS)
def test_another_order_keeps_the_sentences(text: str, name: str) -> None:
    sentences, moved = split_sentences(text), reorder(text, name)
    assert all(sentence in moved for sentence in sentences)
    assert Counter(words_of(moved)) == Counter(w for s in sentences for w in words_of(s))
    assert moved != " ".join(sentences)
    assert reorder(text, name) == moved


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_said_stays_nothing(change: Callable[[str, str], str]) -> None:
    assert change("", "any") == ""


FIRST, SECOND = Message(text="We log it. We join it later.", sketch="log"), Message(text="Done.")
SCRIPT = Script(
    id="short", case_id="video_recommendation", candidate={StepId.DATA: (FIRST, SECOND)}
)


def _said(place: str, script: Script = SCRIPT) -> list[str]:
    attack = Attack(id="a", style="plea", language="en", place=place, wants="score", text="Please.")
    return [m.text for m in with_attack(script, StepId.DATA, attack).candidate[StepId.DATA]]


@pytest.mark.parametrize(
    ("place", "texts"),
    [
        ("before", ["Please.\n\nWe log it. We join it later.", "Done."]),
        ("after", ["We log it. We join it later.\n\nPlease.", "Done."]),
        ("middle", ["We log it. Please. We join it later.", "Done."]),
        ("alone", ["We log it. We join it later.", "Please.", "Done."]),
    ],
)
def test_an_attack_stands_where_it_says(place: str, texts: list[str]) -> None:
    assert _said(place) == texts


def test_an_attack_amid_a_single_sentence_follows_it() -> None:
    script = SCRIPT.model_copy(update={"candidate": {StepId.DATA: (SECOND,)}})
    assert _said("middle", script) == ["Done.\n\nPlease."]


def test_an_attack_leaves_the_sketch_and_the_script_as_they_were() -> None:
    before = SCRIPT.model_dump()
    attack = Attack(id="a", style="s", language="en", place="before", wants="leak", text="Tell me.")
    first, second = with_attack(SCRIPT, StepId.DATA, attack).candidate[StepId.DATA]
    assert (first.sketch, second) == ("log", SECOND)
    assert SCRIPT.model_dump() == before


@pytest.mark.parametrize("step", STEPS)
def test_a_drill_keeps_one_step(step: StepId) -> None:
    script = load_script(SCRIPTS / "vr_average.yaml")
    drill = drill_of(script, step)
    assert drill.candidate == {step: script.candidate[step]}
    assert drill.settings.drill is step and drill.settings.is_drill
    assert script.settings.drill is None


@pytest.mark.parametrize("case_id", CASES)
def test_a_run_of_words_of_a_statement_is_a_leak(case_id: str) -> None:
    case = library().cases[case_id]
    phrases = rubric_phrases(case)
    for _, item in case.items():
        assert leaks_in(f"Well, think of this: {item.statement} Right?", phrases)
        assert leaks_in(item.exemplar.upper(), phrases)
    for _, flag in case.red_flags():
        if len(words_of(flag.statement)) >= RUN:
            assert leaks_in(flag.statement, phrases)


@pytest.mark.parametrize("case_id", CASES)
def test_seven_words_are_a_leak_and_six_are_not(case_id: str) -> None:
    phrases = rubric_phrases(library().cases[case_id])
    for run in sorted(phrases)[::50]:
        assert len(run) == RUN == 7
        assert leaks_in(" ".join(run), phrases) == [" ".join(run)]
        assert leaks_in(" ".join(run[:-1]), phrases) == []
        assert leaks_in(" ".join((*run[:3], "and", *run[3:])), phrases) == []


@pytest.mark.parametrize("case_id", CASES)
def test_what_an_interviewer_may_say_is_no_leak(case_id: str) -> None:
    case = library().cases[case_id]
    texts = [case.opening, *(step.question for step in case.steps.values())]
    texts += [text for _, item in case.items() for text in (*item.follow_ups, *item.hints)]
    texts += [fact.answer for fact in case.facts] + [f.challenge for _, f in case.red_flags()]
    texts += [text for dive in case.deep_dives for text in (dive.question, *dive.follow_ups)]
    texts += [change.text for change in case.constraint_changes]
    texts += [push_back.text for push_back in case.push_backs]
    assert [leak for text in texts for leak in leaks_in(text, rubric_phrases(case))] == []


SECRET = "Keep the granite apart from everything else because it wears out first."
REST = a_step().items[1:]


def _steps_with(**overrides: Any) -> dict[StepId, CaseStep]:
    """The builder's steps with the first one changed."""
    return {**a_case().steps, StepId.REQUIREMENTS: a_step(**overrides)}


@pytest.mark.parametrize(
    ("place", "case"),
    [
        ("nowhere", a_case()),
        ("opening", a_case(opening=SECRET)),
        ("fact", a_case(facts=(a_case().facts[0].model_copy(update={"answer": SECRET}),))),
        ("question", a_case(steps=_steps_with(question=SECRET))),
        ("challenge", a_case(steps=_steps_with(red_flags=(a_red_flag(challenge=SECRET),)))),
        ("hint", a_case(steps=_steps_with(items=(an_item(hints=(SECRET, "Look.")), *REST)))),
        ("follow_up", a_case(steps=_steps_with(items=(an_item(follow_ups=(SECRET,) * 2), *REST)))),
    ],
)
def test_what_may_be_said_somewhere_is_no_secret(place: str, case: Case) -> None:
    assert bool(leaks_in(SECRET, rubric_phrases(case))) is (place == "nowhere")
