"""Rules for talk about the talk: a question not understood, a word, an opinion, an offer, a doubt.

None of it costs the candidate anything, and the question in hand stays in hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.core.transcript import Intent
from interviewer.policy.leaving import leave
from interviewer.policy.progress import InterviewState
from interviewer.policy.targets import ask_about, worth_asking
from interviewer.policy.wanted import challenge

ASIDES = frozenset({"repeat", "define", "example", "think", "opinion", "walk_through", "clock"})
"""Replies after which the question before them is still the one in hand."""
_WORDS_BEFORE = {
    Intent.ALREADY_SAID: "already_said",
    Intent.POSTPONE: "postponed",
    Intent.SEEK_VERDICT: "no_verdict",
}
"""Talk that is acknowledged before whatever comes next."""


def acknowledged(move: Move, heard: TurnAssessment) -> Iterator[str]:
    """Small acts before the main one that take up talk about the talk."""
    if move.kind is MoveKind.WRAP_UP:
        return
    if Intent.ASK_TIME in heard.intents and "clock" not in move.notices:
        yield "clock"
    if heard.terms and "define" not in move.notices:
        yield "define"
    for intent, notice in _WORDS_BEFORE.items():
        if intent in heard.intents and move.kind is not MoveKind.LISTEN:
            yield notice
    if heard.assumed:
        yield "assumed"


def tell_time(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Says how much time is left to somebody who asks for nothing else."""
    others = set(heard.intents) - {Intent.ASK_TIME, Intent.FOCUS_QUESTION, Intent.OFF_TOPIC}
    if Intent.ASK_TIME not in heard.intents or others:
        return None
    return _listen(progress, "clock")


def explain(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Says what a word means, or puts the question so that it can be grasped."""
    if Intent.ANSWER in heard.intents:
        return None
    if Intent.EXAMPLE in heard.intents:
        return _listen(progress, "example")
    if Intent.DEFINE not in heard.intents:
        return None
    if heard.terms:
        return _listen(progress, "define")
    return None if heard.facts else _listen(progress, "repeat")


def put_to_the_test(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Answers "was that right?" with a question that tests it and tells nothing."""
    if Intent.SEEK_VERDICT not in heard.intents or heard.red_flags:
        return None
    named = progress.flags.get(heard.about or "")
    open_ = [flag for flag in progress.flags.values() if not flag.challenged | flag.recovered]
    doubted = next((flag for flag in open_ if named is None or flag is named), None)
    if doubted is not None:
        return Move(kind=MoveKind.CHALLENGE, step=progress.step, red_flag=doubted.red_flag)
    return _listen(progress, "walk_through")


def tell_cost_again(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Says again what a hint costs where that is asked of the offer."""
    last = progress.last_move
    if last is None or last.kind is not MoveKind.OFFER_HINT or Intent.ANSWER in heard.intents:
        return None
    if Intent.REPEAT not in heard.intents:
        return None
    return last.model_copy(update={"notices": ("hint_asked", "hint_cost"), "facts": ()})


def give_back(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Turns a request for an opinion back, or names what stands open as a question."""
    if heard.red_flags:
        return None
    if Intent.ASK_CONCERN in heard.intents:
        item = worth_asking(progress, progress.step)
        if item is not None:
            asking = ask_about(progress, item).model_copy(update={"kind": MoveKind.PROBE})
            return asking.model_copy(update={"notices": ("concern",)})
        return _listen(progress, "opinion")
    return _listen(progress, "opinion") if Intent.ASK_OPINION in heard.intents else None


def put_off(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Leaves a question for later and goes on with another one."""
    if Intent.POSTPONE not in heard.intents or Intent.ANSWER in heard.intents:
        return None
    item = worth_asking(progress, progress.step)
    return ask_about(progress, item) if item is not None else leave(progress)


def dispute(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Takes up a disagreement; what is wrong in it is challenged before."""
    if Intent.DISAGREE not in heard.intents or "disagreed" in _last_notices(progress):
        return None
    return Move(kind=MoveKind.DEEPEN, step=progress.step, notices=("disagreed",))


def take_up_offer(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Pokes where the candidate offers it and something is open; else goes on as offered."""
    if Intent.OFFER not in heard.intents:
        return None
    if doubted := challenge(progress, heard):
        return doubted
    going = Intent.MOVE_ON in heard.intents or Intent.END in heard.intents
    item = worth_asking(progress, progress.step)
    if item is not None and "poke" not in _last_notices(progress):
        return ask_about(progress, item).model_copy(update={"notices": ("poke",)})
    return leave(progress, asked_for=True) if going or Intent.ANSWER not in heard.intents else None


def _last_notices(progress: InterviewState) -> tuple[str, ...]:
    return progress.last_move.notices if progress.last_move else ()


def _listen(progress: InterviewState, notice: str) -> Move:
    return Move(kind=MoveKind.LISTEN, step=progress.step, notices=(notice,))
