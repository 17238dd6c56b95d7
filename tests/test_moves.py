"""The policy as tables: what was heard, what follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from interviewer.assessment import Assessment, RaisedBy, RedFlagHit, TurnAssessment, Verdict
from interviewer.cases import Case
from interviewer.moves import Progress, follow, hear, new_progress, next_move, opening_move, speak
from interviewer.moves.progress import TURN_CAP_SECONDS
from interviewer.settings import STEPS, InterviewSettings, StepId
from interviewer.transcript import Evidence, Intent, Move, MoveKind, Turn
from tests.builders import a_case, a_framework

REQ, FRAMING, DATA, SUMMARY = StepId.REQUIREMENTS, StepId.FRAMING, StepId.DATA, StepId.SUMMARY
I = Intent  # noqa: E741 (the tables below read better)
QUIET = a_case(deep_dives=(), constraint_changes=(), push_backs=())


class Talk:
    """An interview played turn by turn, without brains or storage."""

    def __init__(self, case: Case = QUIET, **settings: object) -> None:
        self.settings = InterviewSettings(**settings)
        self.progress: Progress = new_progress(case, a_framework(), self.settings)
        self.turns: list[Turn] = []
        self.assessments: dict[int, TurnAssessment] = {}
        self.now = 0.0
        self._speak(opening_move(self.progress))

    def _speak(self, move: Move) -> None:
        turn = Turn(
            number=len(self.turns) + 1,
            role="interviewer",
            step=move.step,
            text="...",
            at=self.now,
            move=move,
        )
        self.turns.append(turn)
        speak(self.progress, turn)

    def say(self, *intents: Intent, seconds: float = 10, **heard: object) -> Move:
        self.now += seconds
        turn = Turn(
            number=len(self.turns) + 1,
            role="candidate",
            step=self.progress.step,
            text="...",
            at=self.now,
        )
        self.turns.append(turn)
        assessment = TurnAssessment(intents=intents or (I.ANSWER,), **heard)
        self.assessments[turn.number] = assessment
        hear(self.progress, turn, assessment)
        move = next_move(self.progress, assessment)
        self._speak(move)
        return move


def earned(*items: str, verdict: Verdict = Verdict.MET, turn: int = 2) -> tuple[Assessment, ...]:
    return tuple(
        Assessment(
            item=item,
            step=next(step for step in STEPS if item.startswith(step.value[:3])),
            verdict=verdict,
            evidence=Evidence(quote="as said", turn=turn),
        )
        for item in items
    )


def wrong(step: StepId = REQ) -> dict[str, tuple[RedFlagHit, ...]]:
    evidence = Evidence(quote="one box", turn=2)
    return {
        "red_flags": (RedFlagHit(red_flag=f"{step.value[:3]}_flag", step=step, evidence=evidence),)
    }


def all_items(step: StepId) -> tuple[str, ...]:
    return tuple(item.id for item in QUIET.steps[step].items)


@pytest.mark.parametrize(
    ("intents", "heard", "kind", "notice"),
    [
        pytest.param((), {}, MoveKind.PROBE, None, id="an_answer_with_gaps_is_probed"),
        pytest.param((I.HINT_REQUEST,), {}, MoveKind.HINT, "hint_cost", id="hint_with_its_cost"),
        pytest.param((I.DONT_KNOW,), {}, MoveKind.PROBE, "free", id="first_dont_know_narrower"),
        pytest.param((I.REPEAT,), {}, MoveKind.LISTEN, "repeat", id="repeat"),
        pytest.param((I.THINK,), {}, MoveKind.LISTEN, "think", id="think"),
        pytest.param((I.OFF_TOPIC,), {}, MoveKind.REDIRECT, "off_topic", id="off_topic"),
        pytest.param((I.SMALL_TALK,), {}, MoveKind.REDIRECT, "off_topic", id="small_talk"),
        pytest.param((I.MOVE_ON,), {}, MoveKind.OPEN_STEP, "skipped", id="skip"),
        pytest.param((I.END,), {}, MoveKind.WRAP_UP, "candidate", id="end"),
        pytest.param((I.GO_BACK,), {}, MoveKind.LISTEN, "nothing_before", id="back_at_the_start"),
        pytest.param(
            (I.QUESTION,), {"facts": ("visitors",)}, MoveKind.ANSWER, None, id="a_known_fact"
        ),
        pytest.param(
            (I.QUESTION,), {"unanswered": ("why?",)}, MoveKind.ANSWER, "no_number", id="unknown"
        ),
        pytest.param((), wrong(), MoveKind.CHALLENGE, None, id="a_red_flag_is_challenged"),
        pytest.param((I.MANIPULATION,), {}, MoveKind.PROBE, "manipulation", id="manipulation"),
        pytest.param((I.UNJUDGEABLE,), {}, MoveKind.PROBE, "unjudgeable", id="another_language"),
        pytest.param(
            (),
            {"verdicts": earned("dat_quartz", "dat_nickel")},
            MoveKind.REDIRECT,
            "jumped_ahead",
            id="jumping_ahead_of_empty_requirements",
        ),
        pytest.param(
            (),
            {"verdicts": earned("req_granite", verdict=Verdict.UNASSESSED)},
            MoveKind.DEEPEN,
            None,
            id="what_cannot_be_judged_is_asked_why",
        ),
        pytest.param(
            (), {"verdicts": earned(*all_items(REQ))}, MoveKind.OPEN_STEP, None, id="covered"
        ),
    ],
)
def test_the_move_that_follows(
    intents: tuple[Intent, ...], heard: dict[str, object], kind: MoveKind, notice: str | None
) -> None:
    move = Talk().say(*intents, **heard)
    assert move.kind is kind
    assert notice is None or notice in move.notices


@pytest.mark.parametrize(
    ("intents", "heard", "facts"),
    [
        pytest.param(
            (I.QUESTION, I.ANSWER), {"verdicts": earned("req_granite")}, True, id="answer"
        ),
        pytest.param((I.QUESTION, I.HINT_REQUEST), {}, True, id="hint"),
        pytest.param((I.QUESTION, I.MOVE_ON), {}, True, id="move_on"),
    ],
)
def test_a_question_is_served_whatever_else_the_message_does(
    intents: tuple[Intent, ...], heard: dict[str, object], facts: bool
) -> None:
    assert Talk().say(*intents, facts=("visitors",), **heard).facts == ("visitors",)


def test_at_most_two_probes_a_step_then_the_next_step() -> None:
    talk = Talk()
    kinds = [talk.say().kind for _ in range(3)]
    assert kinds == [MoveKind.PROBE, MoveKind.PROBE, MoveKind.OPEN_STEP]
    assert talk.progress.step is FRAMING


def test_probes_ask_for_the_heaviest_gap_first_and_never_for_what_was_said() -> None:
    talk = Talk()
    first = talk.say(verdicts=earned("req_granite"))
    second = talk.say()
    assert first.item == "req_copper"
    assert second.item not in (None, "req_granite", "req_copper")


def test_a_touched_item_is_asked_about_before_an_untouched_one() -> None:
    move = Talk().say(verdicts=earned("req_velvet", verdict=Verdict.PARTIAL))
    untouched = Talk().say()
    assert untouched.item == "req_granite"
    assert move.item in ("req_velvet", "req_granite")


def test_the_dont_know_ladder_narrows_offers_and_tells() -> None:
    talk = Talk()
    moves = [talk.say(I.DONT_KNOW) for _ in range(3)]
    assert [move.kind for move in moves] == [MoveKind.PROBE, MoveKind.OFFER_HINT, MoveKind.TELL]
    assert moves[0].follow_up >= 1 and "free" in moves[0].notices
    assert moves[2].closes is REQ and talk.progress.step is FRAMING


def test_hints_climb_and_end_in_telling() -> None:
    talk = Talk()
    moves = [talk.say(I.HINT_REQUEST) for _ in range(4)]
    assert [(move.kind, move.hint) for move in moves] == [
        (MoveKind.HINT, 1),
        (MoveKind.HINT, 2),
        (MoveKind.HINT, 3),
        (MoveKind.TELL, 0),
    ]
    assert len({move.item for move in moves}) == 1


def test_the_cost_of_hints_is_explained_once() -> None:
    talk = Talk()
    explained = ["hint_cost" in talk.say(I.HINT_REQUEST).notices for _ in range(3)]
    assert explained == [True, False, False]


@pytest.mark.parametrize(
    ("before", "raised_by"),
    [
        pytest.param([], RaisedBy.CANDIDATE, id="unasked"),
        pytest.param([(I.HINT_REQUEST,)], RaisedBy.HINT1, id="after_a_hint"),
        pytest.param([(I.HINT_REQUEST,)] * 2, RaisedBy.HINT2, id="after_two"),
        pytest.param([(I.ANSWER,)], RaisedBy.OPEN_PROBE, id="after_an_open_probe"),
        pytest.param([(I.DONT_KNOW,)], RaisedBy.NARROW_PROBE, id="after_a_narrow_question"),
        pytest.param([(I.HINT_REQUEST,)] * 4, RaisedBy.TOLD, id="after_it_was_told"),
    ],
)
def test_help_is_remembered_with_the_item(
    before: list[tuple[Intent, ...]], raised_by: RaisedBy
) -> None:
    talk = Talk()
    for intents in before:
        talk.say(*intents)
    talk.say(verdicts=earned("req_granite"))
    assert talk.progress.assessments["req_granite"].raised_by is raised_by


def test_at_most_two_challenges_a_step_and_none_twice() -> None:
    talk = Talk()
    kinds = [talk.say(**wrong()).kind for _ in range(2)]
    assert kinds == [MoveKind.CHALLENGE, MoveKind.PROBE]


@pytest.mark.parametrize(
    ("heard", "recovered"),
    [
        pytest.param({"retracted": ("req_flag",)}, True, id="taken_back"),
        pytest.param({}, False, id="upheld"),
    ],
)
def test_a_challenged_claim_can_be_taken_back(heard: dict[str, object], recovered: bool) -> None:
    talk = Talk()
    talk.say(**wrong())
    talk.say(**heard)
    flag = talk.progress.flags["req_flag"]
    assert (flag.challenged, flag.recovered) == (True, recovered)


def test_at_most_two_redirects() -> None:
    talk = Talk()
    kinds = [talk.say(I.OFF_TOPIC).kind for _ in range(3)]
    assert kinds.count(MoveKind.REDIRECT) == 2


def test_going_back_reopens_a_step_and_forward_continues_after_it() -> None:
    talk = Talk()
    talk.say(I.MOVE_ON)
    back = talk.say(I.GO_BACK, go_back_to=REQ)
    assert (back.kind, back.step) == (MoveKind.OPEN_STEP, REQ)
    assert talk.say(I.MOVE_ON).step is FRAMING


def test_an_item_earned_early_is_not_asked_for_when_its_step_opens() -> None:
    talk = Talk()
    talk.say(verdicts=(*earned(*all_items(REQ)), *earned("fra_cobalt", "fra_linen", "fra_marble")))
    assert talk.progress.step is FRAMING
    opening = talk.turns[-1].move
    assert opening is not None and opening.item in ("fra_bronze", "fra_cedar")


@pytest.mark.parametrize(
    ("seconds", "counted"),
    [(30.0, 30.0), (1000.0, TURN_CAP_SECONDS), (-5.0, 0.0)],
    ids=["as_it_was", "capped_at_five_minutes", "a_clock_set_back"],
)
def test_the_clock_counts_candidate_time(seconds: float, counted: float) -> None:
    talk = Talk()
    talk.say(seconds=seconds)
    assert talk.progress.seconds == counted


def test_time_runs_out_after_one_reminder() -> None:
    talk = Talk(minutes=20)
    moves = [talk.say(seconds=290) for _ in range(5)]
    assert [move.kind for move in moves][-1] is MoveKind.WRAP_UP
    assert sum("time_short" in move.notices for move in moves) == 1
    assert talk.progress.end_reason == "time"


def test_a_step_that_overruns_is_left() -> None:
    talk = Talk(minutes=30)
    talk.say(seconds=300)
    assert talk.say(seconds=300).kind is MoveKind.OPEN_STEP


def test_two_empty_steps_in_a_row_bring_the_offer_of_a_drill() -> None:
    talk = Talk()
    first = talk.say(I.MOVE_ON)
    second = talk.say(I.MOVE_ON)
    third = talk.say(I.MOVE_ON)
    offers = ["offer_drill" in move.notices for move in (first, second, third)]
    assert offers == [False, True, False]


def test_the_last_step_ends_the_interview() -> None:
    talk = Talk()
    kinds = [talk.say(I.MOVE_ON).kind for _ in STEPS]
    assert kinds[-1] is MoveKind.WRAP_UP
    assert talk.progress.end_reason == "completed"


def test_a_drill_has_one_step() -> None:
    talk = Talk(drill="data")
    assert talk.progress.step is DATA
    assert talk.say(I.MOVE_ON).kind is MoveKind.WRAP_UP


@pytest.mark.parametrize(
    ("minutes", "dives", "changes"), [(45, 1, 1), (20, 0, 0)], ids=["long", "short"]
)
def test_a_long_interview_has_a_deep_dive_and_a_changed_constraint(
    minutes: int, dives: int, changes: int
) -> None:
    talk = Talk(a_case(push_backs=()), minutes=minutes)
    kinds = []
    while talk.progress.end_reason is None and len(kinds) < 60:
        step = talk.progress.step
        kinds.append(talk.say(seconds=5, verdicts=earned(*all_items(step))).kind)
    assert kinds.count(MoveKind.DEEP_DIVE) >= dives
    assert kinds.count(MoveKind.CHANGE_CONSTRAINT) >= changes
    if not dives:
        assert MoveKind.DEEP_DIVE not in kinds and MoveKind.CHANGE_CONSTRAINT not in kinds


@pytest.mark.parametrize(
    ("persona", "pushed"), [("neutral", True), ("tough", True), ("supportive", False)]
)
def test_a_correct_choice_is_doubted_unless_the_interviewer_is_supportive(
    persona: str, pushed: bool
) -> None:
    case = a_case(deep_dives=(), constraint_changes=())
    push = case.push_backs[0]
    talk = Talk(case, persona=persona)
    while talk.progress.step is not push.step:
        talk.say(I.MOVE_ON)
    kind = talk.say(verdicts=earned(push.item)).kind
    assert (kind is MoveKind.PUSH_BACK) is pushed


def test_following_the_stored_turns_gives_the_same_progress() -> None:
    talk = Talk()
    script: list[Callable[[], Move]] = [
        lambda: talk.say(verdicts=earned("req_granite")),
        lambda: talk.say(I.HINT_REQUEST),
        lambda: talk.say(**wrong()),
        lambda: talk.say(I.MOVE_ON),
        lambda: talk.say(I.DONT_KNOW),
        lambda: talk.say(I.GO_BACK, go_back_to=REQ),
    ]
    for turn in script:
        turn()
    again = follow(QUIET, a_framework(), talk.settings, talk.turns, talk.assessments)
    assert again == talk.progress


def test_a_turn_without_assessment_is_left_out() -> None:
    talk = Talk()
    talk.say(verdicts=earned("req_granite"))
    unanswered = talk.turns[:2]
    progress = follow(QUIET, a_framework(), talk.settings, unanswered, {})
    assert progress.assessments == {}
