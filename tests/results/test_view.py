"""What practice mode says of a step that has ended, and what a step answered again begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.brains.protocol import Scene
from interviewer.core.assessment import Assessment, Notebook, TurnAssessment, Verdict
from interviewer.core.settings import InterviewSettings, Level, Mode, StepId
from interviewer.core.transcript import Intent
from interviewer.policy import new_state
from interviewer.results.view import StepHeard, step_heard
from interviewer.service.interviews import open_interviews
from interviewer.simulation.quick_brain import QuickBrain
from interviewer.web import chat
from interviewer.web import text as page_text
from tests.builders import a_case, a_framework, a_step, an_item
from tests.homes import places_in

CASE = "video_recommendation"
SKETCH = "app -> gateway -> ranker"
ITEMS = (
    an_item("req_one", topic="", concept="latency_budget", weight=3),
    an_item("req_two", topic="", concept="cold_start", weight=2),
    an_item("req_three", topic="", concept="cold_start", weight=1),
    an_item("req_staff", concept="alerting", level=Level.STAFF),
)
MET, PART, ABSENT, UNASSESSED = Verdict.MET, Verdict.PARTIAL, Verdict.ABSENT, Verdict.UNASSESSED


@pytest.mark.parametrize(
    ("verdicts", "heard", "in_part", "not_heard"),
    [
        ((MET, MET, MET), ("latency budget", "cold start"), (), ()),
        ((MET, MET, ABSENT), ("latency budget",), ("cold start",), ()),
        ((PART, None, ABSENT), (), ("latency budget",), ("cold start",)),
        ((ABSENT, PART, UNASSESSED), (), ("cold start",), ("latency budget",)),
        ((UNASSESSED, UNASSESSED, UNASSESSED), (), (), ()),
    ],
    ids=["all", "one_of_two", "in_part", "not_judged_is_left_out", "nothing_judged"],
)
def test_a_step_is_told_by_its_topics(
    verdicts: tuple[Verdict | None, ...],
    heard: tuple[str, ...],
    in_part: tuple[str, ...],
    not_heard: tuple[str, ...],
) -> None:
    case = a_case(steps={step: a_step(step) for step in StepId} | {_STEP: a_step(items=ITEMS)})
    progress = new_state(case, a_framework(), InterviewSettings(level=Level.SENIOR))
    for item, verdict in zip(ITEMS, verdicts, strict=False):
        if verdict is not None:
            progress.assessments[item.id] = Assessment(item=item.id, step=_STEP, verdict=verdict)
    told = step_heard(progress, _STEP, 5)
    assert told == StepHeard(step=_STEP, turn=5, heard=heard, in_part=in_part, not_heard=not_heard)
    shown = chat.feedback(told)
    assert all(f"{topic}" in shown for topic in (*(heard or in_part), *not_heard))
    assert shown.count("<p>") == bool(shown)
    assert ("not heard yet" in shown) == bool(not_heard) and "alerting" not in shown
    assert (shown == "") == (verdicts == (UNASSESSED,) * 3)


_STEP = StepId.REQUIREMENTS


class NotingBrain(QuickBrain):
    """Hears a question about the first fact, and a decision in everything that is said."""

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """That question and that decision."""
        return TurnAssessment(
            intents=(given or Intent.ANSWER,),
            facts=(scene.case.facts[0].id,),
            decisions=(scene.turns[-1].text,),
            words=8,
        )


@pytest.mark.parametrize("mode", list(Mode))
async def test_feedback_comes_when_a_step_ends_and_in_practice_only(
    tmp_path: Path, mode: Mode
) -> None:
    async with open_interviews(places_in(tmp_path), brain=QuickBrain()) as interviews:
        known = (await interviews.start(CASE, InterviewSettings(mode=mode))).interview_id
        assert (await interviews.view(known)).heard == ()
        words = "Let's move on to the next step."
        async for _ in interviews.submit(known, words, intent=Intent.MOVE_ON):
            pass
        view = await interviews.view(known)
        told = [(one.step, one.turn) for one in view.heard]
        assert told == ([(StepId.REQUIREMENTS, 3)] if mode is Mode.PRACTICE else [])
        framework = interviews.library.frameworks[view.settings.framework]
        assert ('class="feedback"' in chat.chat(view, framework)) == (mode is Mode.PRACTICE)


async def test_a_step_answered_again_begins_with_what_was_known(tmp_path: Path) -> None:
    async with open_interviews(places_in(tmp_path), brain=NotingBrain()) as interviews:
        first = (await interviews.start(CASE, InterviewSettings())).interview_id
        words = "How many daily users are there? I assume 10 visits each a day."
        async for _ in interviews.submit(first, words, sketch=SKETCH):
            pass
        known = (await interviews.end(first)).notebook
        assert known.facts and known.sketch == SKETCH
        again = await interviews.answer_again(first, StepId.SERVING)
        assert again.before == known
        assert again.notebook == Notebook()
        shown = chat.notebook(again.notebook, again.before)
        assert all(fact.split()[0] in shown for fact in known.facts)
        assert f'data-sketch="{page_text.plain(SKETCH)}"' in shown
        for text, sketch in (("As before.", SKETCH), ("Now with a cache.", f"{SKETCH} -> cache")):
            async for _ in interviews.submit(again.interview_id, text, sketch=sketch):
                pass
        turns = (await interviews.view(again.interview_id)).turns
        assert [turn.sketch for turn in turns[1::2]] == ["", f"{SKETCH} -> cache"]
        await interviews.end(again.interview_id)
        third = await interviews.answer_again(again.interview_id, StepId.SERVING)
        assert third.before is not None
        assert set(known.facts) <= set(third.before.facts)
        assert third.before.sketch == f"{SKETCH} -> cache"
