"""An interview played turn by turn, without brains or storage."""

from __future__ import annotations

from typing import Any

from interviewer.core.act import Move
from interviewer.core.assessment import (
    Assessment,
    Evidence,
    RedFlagHit,
    TurnAssessment,
    Verdict,
)
from interviewer.core.case import Case
from interviewer.core.settings import STEPS, InterviewSettings, StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.policy import (
    InterviewState,
    apply_candidate,
    apply_interviewer,
    new_state,
    next_move,
    opening_move,
)
from tests.builders import a_case, a_framework

REQ, FRAMING, DATA, SUMMARY = StepId.REQUIREMENTS, StepId.FRAMING, StepId.DATA, StepId.SUMMARY
I = Intent  # noqa: E741 (the tables below read better)


QUIET = a_case(deep_dives=(), constraint_changes=(), push_backs=())


class Talk:
    """An interview played turn by turn, without brains or storage."""

    def __init__(self, case: Case = QUIET, **settings: object) -> None:
        self.settings = InterviewSettings(**settings)
        self.state: InterviewState = new_state(case, a_framework(), self.settings)
        self.turns: list[Turn] = []
        self.assessments: dict[int, TurnAssessment] = {}
        self.now = 0.0
        self._speak(opening_move(self.state))

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
        apply_interviewer(self.state, turn)

    def say(self, *intents: Intent, seconds: float = 10, text: str = "...", **heard: Any) -> Move:
        self.now += seconds
        turn = Turn(
            number=len(self.turns) + 1,
            role="candidate",
            step=self.state.step,
            text=text,
            at=self.now,
        )
        self.turns.append(turn)
        assessment = TurnAssessment(intents=intents or (I.ANSWER,), **heard)
        self.assessments[turn.number] = assessment
        apply_candidate(self.state, turn, assessment)
        move = next_move(self.state, assessment)
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


def unread(*items: str) -> tuple[Assessment, ...]:
    """Items of a message that could not be read: unassessed, with nothing to quote."""
    found = earned(*items, verdict=Verdict.UNASSESSED)
    return tuple(one.model_copy(update={"evidence": None}) for one in found)


def wrong(step: StepId = REQ) -> dict[str, Any]:
    evidence = Evidence(quote="one box", turn=2)
    return {
        "red_flags": (RedFlagHit(red_flag=f"{step.value[:3]}_flag", step=step, evidence=evidence),)
    }


def all_items(step: StepId) -> tuple[str, ...]:
    return tuple(item.id for item in QUIET.steps[step].items)


def talk_through(talk: Talk, *intents: Intent, weak: tuple[StepId, ...] = ()) -> list[Move]:
    """Covers every step, the weak ones in part only, until the interview ends."""
    moves: list[Move] = []
    while talk.state.end_reason is None and len(moves) < 80:
        step = talk.state.step
        items = all_items(step)[:1] if step in weak else all_items(step)
        moves.append(talk.say(*intents, seconds=20, verdicts=nearly_all(*items)))
    return moves


def nearly_all(*items: str) -> tuple[Assessment, ...]:
    """The items met, but for one of each deep dive, which is earned in part."""
    met = earned(*(item for item in items if item not in DIVED))
    return (*met, *earned(*DIVED.intersection(items), verdict=Verdict.PARTIAL))


DIVED = {dive.items[0] for dive in a_case().deep_dives}
