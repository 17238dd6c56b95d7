"""Cases of the user: broken ones, and ones that are edited while they are played."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.brains.protocol import Scene
from interviewer.core.assessment import Assessment, Evidence, RedFlagHit, TurnAssessment, Verdict
from interviewer.core.errors import (
    UnknownCase,
)
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.core.transcript import Intent
from interviewer.service.interviews import open_interviews
from interviewer.simulation.quick_brain import QuickBrain
from tests.builders import a_case, a_red_flag, a_step, an_item, as_yaml, write_case
from tests.cases.authoring import an_authored_case, expand
from tests.homes import places_in
from tests.service.sessions import (
    ANSWER,
    CASE,
    say,
)


async def test_a_broken_case_of_the_user_stops_nothing(tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge"
    write_case(knowledge, a_case())
    broken = knowledge / "cases" / "broken" / "case.yaml"
    broken.parent.mkdir()
    broken.write_text("id: broken\ntitle: [never closed\n")
    (knowledge / "frameworks").mkdir()
    (knowledge / "frameworks" / "odd.yaml").write_text("id: odd\nphases: 3\n")
    places = places_in(tmp_path / "home", knowledge=knowledge)
    async with open_interviews(places, brain=QuickBrain()) as interviews:
        files = {Path(problem.file).name for problem in interviews.library.problems}
        assert files == {"case.yaml", "odd.yaml"}
        assert any(f"{broken}:" in str(problem) for problem in interviews.library.problems)
        assert {CASE, "warehouse"} <= set(interviews.library.cases)
        view = await interviews.start("warehouse", InterviewSettings())
        assert await say(interviews, view.interview_id)
        with pytest.raises(UnknownCase):
            await interviews.start("broken", InterviewSettings())


async def test_the_smallest_case_is_played_to_its_scorecard(tmp_path: Path) -> None:
    """One item a step, without hints, examples, red flags and everything else that may lack."""
    knowledge = tmp_path / "knowledge"
    expand(knowledge, an_authored_case())
    places = places_in(tmp_path / "home", knowledge=knowledge)
    async with open_interviews(places, brain=QuickBrain()) as interviews:
        assert interviews.library.problems == () == interviews.library.notices
        mine = (await interviews.start("shed", InterviewSettings())).interview_id
        for intent in (Intent.ANSWER, Intent.HINT_REQUEST, Intent.ANSWER):
            await say(
                interviews, mine, "I decide it early, as it is dear to change.", intent=intent
            )
        card = (await interviews.end(mine)).scorecard
    assert card is not None and len(card.steps) == 7


async def test_a_case_may_be_edited_while_it_is_played(tmp_path: Path) -> None:
    knowledge, home = tmp_path / "knowledge", tmp_path / "home"
    file = write_case(knowledge, a_case())
    brain = RememberingBrain()

    async with open_interviews(places_in(home, knowledge=knowledge), brain=brain) as interviews:
        mine = (await interviews.start("warehouse", InterviewSettings())).interview_id
        await say(interviews, mine)
        assert (await interviews.view(mine)).notebook.facts == ("About 4,000 a day.",)

    steps = dict(a_case().steps)
    steps[StepId.REQUIREMENTS] = a_step(
        red_flags=(a_red_flag("req_other_flag"),),
        items=(an_item("req_new"), *steps[StepId.REQUIREMENTS].items[1:]),
    )
    edited = a_case(steps=steps, facts=a_case().facts[1:], variants=a_case().variants[1:] * 2)
    file.write_text(as_yaml(edited), encoding="utf-8")
    async with open_interviews(places_in(home, knowledge=knowledge), brain=brain) as interviews:
        assert interviews.library.problems == ()
        assert (await interviews.view(mine)).notebook.facts == ()
        assert await say(interviews, mine, "Say that again?", intent=Intent.REPEAT)
        card = (await interviews.end(mine)).scorecard
    assert card is not None
    assert card.steps[0].red_flags == ()


class RememberingBrain(QuickBrain):
    """Hears the first item, flag and fact of the step as the case was at first."""

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        if given is not None:
            return TurnAssessment(intents=(given,))
        evidence = Evidence(quote=ANSWER, turn=scene.turns[-1].number)
        item = Assessment(
            item="req_granite", step=scene.step, verdict=Verdict.MET, evidence=evidence
        )
        flag = RedFlagHit(red_flag="req_flag", step=scene.step, evidence=evidence)
        return TurnAssessment(
            intents=(Intent.ANSWER, Intent.QUESTION),
            verdicts=(item,),
            red_flags=(flag,),
            facts=("visitors",),
        )
