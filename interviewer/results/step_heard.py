"""What was heard of a step, by topic: the feedback of practice mode when the step ends."""

from __future__ import annotations

from interviewer.core.assessment import Verdict
from interviewer.core.settings import StepId
from interviewer.policy import InterviewState
from interviewer.results.views import StepHeard


def step_heard(progress: InterviewState, step: StepId, turn: int) -> StepHeard:
    """What was heard of a step so far.

    It names the topics of the items that are expected at the level, never the items themselves, so
    that nothing is given away which a later step asks for. A topic with several items is heard
    when all of them are; what could not be judged is left out.

    Args:
        progress: the interview, folded.
        step: a step that has ended.
        turn: number of the interviewer's turn that ended it.
    """
    shares: dict[str, list[float]] = {}
    for item in sorted(progress.expected(step), key=lambda item: -item.weight):
        share = _share(progress, item.id)
        if share is not None:
            shares.setdefault(item.concept.replace("_", " "), []).append(share)
    return StepHeard(
        step=step,
        turn=turn,
        heard=tuple(topic for topic, all_of in shares.items() if min(all_of) == 1.0),
        in_part=tuple(
            topic for topic, all_of in shares.items() if min(all_of) < 1.0 <= 2 * sum(all_of)
        ),
        not_heard=tuple(topic for topic, all_of in shares.items() if max(all_of) == 0.0),
    )


def _share(progress: InterviewState, item: str) -> float | None:
    """1 for an item that was heard, 0.5 in part, 0 not at all; None when it was not judged."""
    found = progress.assessments.get(item)
    if found is None or found.verdict is Verdict.ABSENT:
        return 0.0
    if found.verdict is Verdict.UNASSESSED:
        return None
    return 1.0 if found.verdict is Verdict.MET else 0.5
