"""When a doubtful figure is asked about, and in which words."""

from __future__ import annotations

import re

import pytest

from interviewer.brains.embedded.wording import word
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Evidence, RedFlagHit, StatedNumber, TurnAssessment
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.core.transcript import Intent
from interviewer.policy import (
    InterviewState,
    apply_candidate,
    apply_interviewer,
    new_state,
    next_move,
)
from interviewer.text.quantities import stated_numbers
from tests.quantities.replaying import the_case
from tests.shipped import a_line, a_scene, interviewer_said, shipped_framework

CASE = the_case("video_recommendation")
WRONG_SUM = "2 billion loads a day is about 200,000 per second."
SLOW_RANKER = "Ranking takes 250 ms."
FINE = "Retrieval takes 30 ms and ranking takes 60 ms."


class Talk:
    """An interview in which only figures are read."""

    def __init__(self, told: tuple[str, ...] = ("latency",)) -> None:
        self.state = new_state(CASE, shipped_framework(), InterviewSettings())
        self.number = 1
        self._interviewer(Move(kind=MoveKind.OPEN_STEP, step=StepId.SERVING, facts=told))

    def say(self, text: str, **heard: object) -> Move:
        """The reply to a message."""
        numbers = stated_numbers(CASE, [text])
        turn = a_line(self.number, text, self.state.step)
        assessment = TurnAssessment.model_validate(
            {"intents": (Intent.ANSWER,), "numbers": numbers, **heard}
        )
        apply_candidate(self.state, turn, assessment)
        self.number += 1
        move = next_move(self.state, assessment)
        self._interviewer(move)
        return move

    def go_to(self, step: StepId) -> None:
        """Opens another step."""
        self._interviewer(Move(kind=MoveKind.OPEN_STEP, step=step))

    def _interviewer(self, move: Move) -> None:
        apply_interviewer(self.state, a_line(self.number, "So?", move.step, move))
        self.number += 1


def test_a_doubt_is_asked_about_with_the_candidates_words() -> None:
    move = Talk().say(SLOW_RANKER)
    assert move.kind is MoveKind.CHECK_NUMBERS
    assert (move.about, move.quotes) == ("stage-latency:ranking", ("Ranking takes 250 ms",))


@pytest.mark.parametrize("text", [FINE, "Ranking takes 250 ms, sorry, 50 ms.", "We use a cache."])
def test_what_is_fine_is_not_asked_about(text: str) -> None:
    assert Talk().say(text).kind is not MoveKind.CHECK_NUMBERS


def test_once_a_step_and_once_a_doubt() -> None:
    talk = Talk()
    asked = [talk.say(SLOW_RANKER).kind, talk.say(WRONG_SUM).kind]
    talk.go_to(StepId.MONITORING)
    asked += [talk.say(SLOW_RANKER).kind, talk.say(WRONG_SUM).kind]
    check = MoveKind.CHECK_NUMBERS
    assert [kind is check for kind in asked] == [True, False, False, True]


def test_a_limit_that_was_not_told_is_not_held_against_anybody() -> None:
    assert Talk(told=()).say(SLOW_RANKER).kind is not MoveKind.CHECK_NUMBERS


def test_a_challenge_comes_first_and_a_probe_after() -> None:
    flag = CASE.steps[StepId.SERVING].red_flags[0].id
    hit = RedFlagHit(red_flag=flag, step=StepId.SERVING, evidence=Evidence(quote="Ranking", turn=2))
    talk = Talk()
    assert talk.say(SLOW_RANKER, red_flags=(hit,)).kind is MoveKind.CHALLENGE
    assert talk.say(SLOW_RANKER).kind is MoveKind.CHECK_NUMBERS


def test_what_the_candidate_asks_for_comes_first() -> None:
    intents = (Intent.ANSWER, Intent.MOVE_ON)
    assert Talk().say(SLOW_RANKER, intents=intents).kind is MoveKind.OPEN_STEP


def test_a_changed_constraint_silences_the_old_limit() -> None:
    talk = Talk()
    talk.state.about.append("eighty_milliseconds")
    assert talk.say(SLOW_RANKER).kind is not MoveKind.CHECK_NUMBERS


def test_the_notebook_keeps_the_corrected_figure() -> None:
    talk = Talk()
    talk.say(SLOW_RANKER)
    talk.say("On GPU ranking takes 60 ms.")
    assert [n.value for n in kept(talk.state) if n.quantity == "latency_ranking"] == [60]


def kept(state: InterviewState) -> list[StatedNumber]:
    return list(state.numbers)


# In words

MOVES = [
    Move(kind=MoveKind.CHECK_NUMBERS, step=StepId.SERVING, about=about, quotes=quotes)
    for about, quotes in (
        ("figure-qps_average", ("400 requests per second",)),
        ("stage-latency:ranking", ("Ranking takes 250 ms",)),
        ("stage-own:ranking", ("Ranking takes 250 ms", "an overall budget of 200 ms")),
        ("total-latency", ("the ranking model takes 60 ms",)),
        ("total-own", ("ranking 60 ms", "200 ms in all")),
        ("sum-2e+09-200000", ("2 billion a day is about 200,000 per second",)),
        ("figure-gone_meanwhile", ('so "what?" {text} 5 TB',)),
    )
]


@pytest.mark.parametrize("move", MOVES, ids=[str(move.about) for move in MOVES])
@pytest.mark.parametrize("seed", range(6))
def test_one_fair_question_in_the_candidates_words(move: Move, seed: int) -> None:
    text = " ".join(word(a_scene("x", settings=InterviewSettings(seed=seed)), move))
    assert text.count("?") == 1 and len(text.split()) <= 60
    assert "{" not in text and "None" not in text
    if '"' not in move.quotes[0]:
        assert f'"{move.quotes[0]}"' in text
    assert not re.search(r"\b(?:wrong|right|correct|mistake|off by|should be)\b", text, re.I)
    if move.about and move.about.startswith(("stage-latency", "total-latency")):
        assert "150 ms" in text


def test_the_accepted_range_is_not_given_away() -> None:
    texts = [
        " ".join(word(a_scene("x", settings=InterviewSettings(seed=s)), MOVES[0]))
        for s in range(30)
    ]
    assert not any(re.search(r"42|20,?000|80,?000", text) for text in texts)
    assert len(set(texts)) >= 4


def test_a_told_fact_is_put_beside_the_figure() -> None:
    told = Move(kind=MoveKind.ANSWER, step=StepId.SERVING, facts=("daily_users",))
    turns = (*interviewer_said(["So?"])[:1], a_line(2, "x", StepId.SERVING))
    turns = (turns[0].model_copy(update={"move": told}), turns[1])
    text = " ".join(word(a_scene(turns=turns), MOVES[0]))
    assert "300 million daily" in text
