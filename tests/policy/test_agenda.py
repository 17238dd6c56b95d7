"""What the next reply may do, when the interviewer finds it by itself."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.agenda import Agenda, TopicState, spoken_move
from interviewer.core.assessment import Evidence, RedFlagHit, TurnAssessment
from interviewer.core.settings import STEPS, StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.policy import agenda_of, apply_candidate, settled_move
from interviewer.policy.agenda import (
    CHALLENGES,
    LAST_MINUTES,
    LATE,
    LATEST,
    LEAST,
    NEARLY_OVER,
)
from tests.builders import a_case
from tests.policy.talk import DATA, FRAMING, REQ, SUMMARY, I, Talk, all_items, earned

FLAG = "req_flag"


class Free(Talk):
    """A talk whose interviewer chooses its own moves."""

    def hear(self, text: str = "...", seconds: float = 10, **heard: Any) -> None:
        """Takes a message in, with what was read in it."""
        turn = self.next_turn(text, seconds)
        self.turns.append(turn)
        self.now = turn.at
        apply_candidate(self.state, turn, TurnAssessment(intents=(I.ANSWER,), **heard))

    def do(self, kind: MoveKind, step: StepId = REQ, **move: Any) -> None:
        """Has the interviewer do something."""
        self._speak(Move(kind=kind, step=step, **move))

    def next_turn(
        self, text: str = "...", seconds: float = 10, intents: tuple[Intent, ...] = ()
    ) -> Turn:
        return Turn(
            number=len(self.turns) + 1,
            role="candidate",
            step=self.state.step,
            text=text,
            at=self.now + seconds,
            intents=intents,
        )

    def agenda(
        self, text: str = "...", seconds: float = 10, intents: tuple[Intent, ...] = ()
    ) -> Agenda | None:
        """The agenda of a reply to a message."""
        turn = self.next_turn(text, seconds, intents)
        return agenda_of(self.state, [*self.turns, turn])


def agenda(talk: Free, text: str = "...", **turn: Any) -> Agenda:
    found = talk.agenda(text, **turn)
    assert found is not None
    return found


def flag(turn: int) -> tuple[RedFlagHit, ...]:
    return (RedFlagHit(red_flag=FLAG, step=REQ, evidence=Evidence(quote="one box", turn=turn)),)


@pytest.mark.parametrize(
    ("text", "turn"),
    [
        ("Let me think for a moment.", {}),
        ("How much time do we have left?", {}),
        ("I'd like to stop here.", {}),
        ("What was the question?", {"intents": (I.REPEAT,)}),
        ("Could I get a hint?", {}),
        ("...", {"intents": (I.HINT_REQUEST,)}),
        ("...", {"seconds": 300.0}),
    ],
    ids=["pause", "clock", "end", "again", "first_hint", "hint_button", "over"],
)
def test_what_is_left_to_the_policy(text: str, turn: dict[str, Any]) -> None:
    talk = Free()
    if turn.get("seconds"):
        for _ in range(9):
            talk.hear(seconds=300)
            talk.do(MoveKind.PROBE)
    assert talk.agenda(text, **turn) is None


def test_who_thinks_aloud_and_then_answers_has_answered() -> None:
    wish = "Let me think for a second."
    longest = f"{wish} {' '.join(['clicks'] * 14)}"
    assert Free().agenda(longest) is None
    assert Free().agenda(f"{longest} then") is not None
    assert Free().agenda(f"{longest} then", intents=(I.THINK,)) is None


def test_a_hint_comes_once_its_cost_was_told() -> None:
    talk = Free()
    talk.hear()
    talk.do(MoveKind.OFFER_HINT, acts=(Act.HINT_ASKED, Act.HINT_COST))
    for text in ("Yes, please.", "Could I get a hint?"):
        found = agenda(talk, text)
        assert found.demanded is MoveKind.HINT
        assert found.hint is not None and found.hint.number == 1
    assert agenda(talk, "No, let me try the shelves first and then the boxes.").hint is None


def test_where_there_is_no_hint_the_interviewer_answers_the_wish_itself() -> None:
    talk = Free()
    talk.hear(verdicts=earned(*all_items(REQ)))
    talk.do(MoveKind.PROBE)
    found = agenda(talk, "Could I get a hint?")
    assert found.hint is None and MoveKind.HINT not in found.acts


@pytest.mark.parametrize(
    ("text", "demanded"),
    [
        ("Let's move on.", MoveKind.OPEN_STEP),
        ("Can we do the data now?", MoveKind.OPEN_STEP),
        ("We store the granite on shelves because they carry it.", None),
    ],
)
def test_a_wish_to_go_on_is_granted(text: str, demanded: MoveKind | None) -> None:
    talk = Free()
    talk.hear()
    talk.do(MoveKind.PROBE)
    assert agenda(talk, text).demanded is demanded


def test_a_wrong_claim_is_tested_before_the_wish_to_go_on_is_granted() -> None:
    talk = Free()
    talk.hear(red_flags=flag(2))
    talk.do(MoveKind.PROBE)
    assert agenda(talk, "Let's move on.").demanded is None
    talk.hear()
    talk.do(MoveKind.CHALLENGE, red_flag=FLAG)
    assert agenda(talk, "Let's move on.").demanded is MoveKind.OPEN_STEP


def test_a_claim_stands_until_it_is_tested_and_again_when_it_is_said_again() -> None:
    talk = Free()
    talk.hear(red_flags=flag(2))
    assert [claim.id for claim in agenda(talk).claims] == [FLAG]
    assert agenda(talk).claims[0].question
    for number in range(CHALLENGES):
        talk.do(MoveKind.CHALLENGE, red_flag=FLAG)
        assert agenda(talk).claims == ()
        talk.hear(red_flags=flag(len(talk.turns) + 1))
        assert [claim.challenged for claim in agenda(talk).claims] == (
            [True] if number + 1 < CHALLENGES else []
        )


def test_a_claim_that_comes_back_much_later_is_left_for_good() -> None:
    talk = Free()
    for _ in range(CHALLENGES):
        talk.hear(red_flags=flag(len(talk.turns) + 1))
        talk.do(MoveKind.CHALLENGE, red_flag=FLAG)
    for _ in range(5):
        talk.hear()
        talk.do(MoveKind.PROBE)
    talk.hear(red_flags=flag(len(talk.turns) + 1))
    assert agenda(talk).claims == ()


def test_a_claim_that_is_taken_back_does_not_stand() -> None:
    talk = Free()
    talk.hear(red_flags=flag(2))
    talk.do(MoveKind.PROBE)
    talk.hear(retracted=(FLAG,))
    assert agenda(talk).claims == ()


def use(talk: Free, seconds: float, step: StepId = REQ) -> None:
    """Talks until the next message, which takes ten seconds, brings the time to that."""
    left = seconds - 9.99
    while left > 0:
        talk.hear(seconds=min(300, left))
        talk.do(MoveKind.PROBE, step)
        left -= min(300, left)


@pytest.mark.parametrize(("share", "due"), [(1.0, True), (0.95, False)])
def test_a_part_ends_when_its_minutes_are_used(share: float, due: bool) -> None:
    talk = Free()
    use(talk, talk.state.minutes[REQ] * 60 * share)
    assert agenda(talk).demanded is (MoveKind.OPEN_STEP if due else None)


@pytest.mark.parametrize(("share", "late"), [(1 + LATE, True), (0.95 + LATE, False)])
def test_a_part_that_leaves_no_time_for_the_others_ends_at_once(share: float, late: bool) -> None:
    talk = Free()
    use(talk, talk.state.minutes[REQ] * 60 * share)
    assert agenda(talk).at_once is late


@pytest.mark.parametrize(("share", "due"), [(LEAST, True), (LEAST - 0.05, False)])
def test_a_part_that_was_opened_late_gets_some_of_its_time(share: float, due: bool) -> None:
    talk = Free()
    use(talk, (talk.state.minutes[REQ] + talk.state.minutes[FRAMING]) * 60)
    talk.do(MoveKind.OPEN_STEP, FRAMING, closes=REQ)
    use(talk, talk.state.minutes[FRAMING] * 60 * share, FRAMING)
    assert agenda(talk).demanded is (MoveKind.OPEN_STEP if due else None)


def test_time_that_was_saved_may_be_used_in_a_later_part() -> None:
    talk = Free()
    talk.do(MoveKind.OPEN_STEP, FRAMING, closes=REQ)
    use(talk, (talk.state.minutes[FRAMING] + 0.5 * talk.state.minutes[REQ]) * 60, FRAMING)
    assert agenda(talk).demanded is None


@pytest.mark.parametrize("questions", [1, 2])
def test_what_is_due_need_not_wait_for_a_third_question_about_a_claim(questions: int) -> None:
    talk = Free()
    talk.hear(red_flags=flag(2))
    for _ in range(questions):
        talk.do(MoveKind.CHALLENGE, red_flag=FLAG)
        talk.hear(red_flags=flag(4))
    talk.turns = talk.turns[:-1]
    assert agenda(talk).at_once is (questions >= CHALLENGES)


def before_the_summary(share: float) -> Agenda:
    """The agenda when only the summary is left and that share of the time is used."""
    talk = Free()
    use(talk, 45 * 60 * share)
    talk.do(MoveKind.OPEN_STEP, StepId.MONITORING, closes=REQ)
    for step in (FRAMING, DATA, StepId.MODELING, StepId.SERVING):
        talk.state.steps[step].entered = talk.state.steps[step].closed = True
    talk.turns = talk.turns[:-1]
    found = agenda(talk)
    assert found.following is SUMMARY
    return found


@pytest.mark.parametrize(("share", "due"), [(NEARLY_OVER, True), (NEARLY_OVER - 0.01, False)])
def test_the_summary_is_due_before_the_time_is_over(share: float, due: bool) -> None:
    assert before_the_summary(share).demanded is (MoveKind.OPEN_STEP if due else None)


@pytest.mark.parametrize(("share", "late"), [(LATEST, True), (LATEST - 0.01, False)])
def test_the_summary_comes_at_once_when_little_time_is_left(share: float, late: bool) -> None:
    assert before_the_summary(share).at_once is late


def test_topics_are_open_touched_or_covered() -> None:
    talk = Free()
    first, second, third, *_ = all_items(REQ)
    talk.hear(verdicts=earned(first))
    talk.do(MoveKind.PROBE, item=second)
    found = {topic.item: topic.state for topic in agenda(talk).topics}
    assert (found[first], found[second], found[third]) == (
        TopicState.COVERED,
        TopicState.TOUCHED,
        TopicState.OPEN,
    )


def test_core_topics_of_a_part_that_is_over_are_still_wanted() -> None:
    talk = Free()
    talk.hear()
    talk.do(MoveKind.OPEN_STEP, FRAMING, closes=REQ)
    found = agenda(talk).wanted
    assert found[0] in all_items(FRAMING)
    assert set(found) & set(all_items(REQ))


def test_what_was_asked_for_is_owed_until_it_is_told() -> None:
    talk = Free(a_case())
    fact = a_case().facts[0].id
    talk.hear(facts=(fact,))
    assert agenda(talk).owed == (fact,)
    talk.do(MoveKind.PROBE, facts=(fact,))
    assert agenda(talk).owed == ()


def test_the_interview_ends_only_in_its_last_part_once_that_was_answered() -> None:
    talk = Free()
    talk.hear()
    assert MoveKind.WRAP_UP not in agenda(talk).acts
    talk.do(MoveKind.OPEN_STEP, SUMMARY, closes=REQ)
    assert MoveKind.WRAP_UP not in agenda(talk).acts
    talk.hear()
    found = agenda(talk)
    assert (found.following, MoveKind.WRAP_UP in found.acts) == (None, True)
    assert MoveKind.OPEN_STEP not in found.acts


def test_the_end_is_due_when_nothing_is_open_or_no_minute_is_left() -> None:
    talk = Free()
    talk.hear()
    talk.do(MoveKind.OPEN_STEP, SUMMARY, closes=REQ)
    talk.hear()
    assert agenda(talk).demanded is None
    assert set(agenda(talk).wanted) & set(all_items(REQ))
    every = [item for step in STEPS for item in all_items(step)]
    talk.hear(verdicts=earned(*every))
    found = agenda(talk)
    assert (found.wanted, found.demanded) == ((), MoveKind.WRAP_UP)


@pytest.mark.parametrize(("left", "due"), [(LAST_MINUTES - 0.1, True), (LAST_MINUTES, False)])
def test_nothing_more_is_asked_in_the_last_minute(left: float, due: bool) -> None:
    talk = Free()
    talk.do(MoveKind.OPEN_STEP, SUMMARY, closes=REQ)
    seconds = (45 - left) * 60 - 10
    while seconds > 0:
        talk.hear(seconds=min(300, seconds))
        talk.do(MoveKind.PROBE, SUMMARY)
        seconds -= min(300, seconds)
    assert agenda(talk).demanded is (MoveKind.WRAP_UP if due else None)


def test_an_act_that_is_not_allowed_is_no_move() -> None:
    found = agenda(Free())
    assert spoken_move(found, MoveKind.WRAP_UP, "-") is None
    assert spoken_move(found, MoveKind.HINT, "-") is None


def test_material_that_does_not_fit_is_a_question_like_any_other() -> None:
    found = agenda(Free()).model_copy(update={"acts": (MoveKind.DEEP_DIVE,)})
    move = spoken_move(found, MoveKind.DEEP_DIVE, "dive_shelves")
    assert move is not None and (move.kind, move.about) == (MoveKind.PROBE, None)


@pytest.mark.parametrize(
    ("kind", "named", "heard", "settled"),
    [
        (MoveKind.CHALLENGE, None, True, FLAG),
        (MoveKind.CHALLENGE, "elsewhere", True, FLAG),
        (MoveKind.CHALLENGE, FLAG, True, FLAG),
        (MoveKind.CHALLENGE, None, False, None),
        (MoveKind.PROBE, None, True, None),
    ],
)
def test_a_challenge_is_about_the_claim_that_its_message_made(
    kind: MoveKind, named: str | None, heard: bool, settled: str | None
) -> None:
    talk = Free()
    flags = flag(2) if heard else ()
    talk.hear(red_flags=flags)
    move = Move(kind=kind, step=REQ, red_flag=named)
    read = TurnAssessment(intents=(I.ANSWER,), red_flags=flags)
    assert settled_move(talk.state, move, read).red_flag == settled
