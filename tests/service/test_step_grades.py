"""An interview with a language model at the facade: steps judged as a whole, costs, stand-ins."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.core.assessment import RaisedBy, Verdict
from interviewer.core.paths import Places
from interviewer.core.settings import STEPS, InterviewSettings, StepId
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.configuration import Budget, Price
from interviewer.llm.usage import Kind
from interviewer.service.interviews import open_interviews
from interviewer.simulation.endpoints.sensible import Sensible
from interviewer.simulation.endpoints.wire import Asked, ScriptedModel
from tests.models import SETTINGS
from tests.service.modelled import all_absent, opened, say
from tests.shipped import CASE_ID, shipped_case, the_judge

STEP = StepId.MONITORING
DRILL = InterviewSettings(drill=STEP)
ANSWER = " ".join(item.exemplar for item in shipped_case().steps[STEP].items[:3])


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedJudge:
    return the_judge(tmp_path_factory)


def sensible(judge: EmbeddedJudge) -> ScriptedModel:
    return ScriptedModel(Sensible(EmbeddedBrain(judge), shipped_case()))


def changed(judge: EmbeddedJudge, kind: Kind, reply: Callable[[Asked], str]) -> ScriptedModel:
    """A sensible model that answers one kind of call in its own way."""
    other = Sensible(EmbeddedBrain(judge), shipped_case())
    return ScriptedModel(lambda asked: reply(asked) if asked.kind is kind else other(asked))


async def test_a_step_is_judged_as_a_whole_when_the_interview_ends(
    places: Places, judge: EmbeddedJudge
) -> None:
    harsh = changed(judge, Kind.GRADE, lambda asked: all_absent(asked))
    async with opened(places, judge, harsh) as interviews:
        known = (await interviews.start(CASE_ID, DRILL, "llm")).interview_id
        await say(interviews, known, ANSWER)
        view = await interviews.end(known)
    assert view.scorecard is not None
    verdicts = {a.verdict for step in view.scorecard.steps for a in step.items}
    assert verdicts == {Verdict.ABSENT}, "the grade counts, not the turn"
    assert len(graded(harsh)) == 1


def graded(model: ScriptedModel) -> list[str]:
    """The steps that were judged as a whole, in their order; second readings are of none."""
    steps = [asked.section("STEP") for asked in model.asked if asked.kind is Kind.GRADE]
    return [step.split()[0] for step in steps if step]


@pytest.mark.parametrize(
    ("help_", "raised_by"),
    [("own", RaisedBy.CANDIDATE), ("led", RaisedBy.CHALLENGE), ("", RaisedBy.CANDIDATE)],
)
async def test_who_brought_a_point_up_is_stored_as_the_judge_reads_it_beside_the_questions(
    places: Places, judge: EmbeddedJudge, help_: str, raised_by: RaisedBy
) -> None:
    seen: list[str] = []

    def grades(asked: Asked) -> str:
        seen.append(asked.user)
        quote = asked.sentences[min(asked.sentences)]
        point = {"at": min(asked.sentences), "evidence": quote, "verdict": "met", "help": help_}
        return json.dumps({"items": [{"id": asked.items[0], "reason": "So.", **point}]})

    async with opened(places, judge, changed(judge, Kind.GRADE, grades)) as interviews:
        known = (await interviews.start(CASE_ID, DRILL, "llm")).interview_id
        await say(interviews, known, ANSWER)
        view = await interviews.end(known)
    async with opened(places, judge, ScriptedModel(lambda asked: "")) as interviews:
        again = await interviews.view(known)
    assert again.scorecard == view.scorecard and view.scorecard is not None
    graded_one = view.scorecard.steps[0].items[0]
    assert (graded_one.verdict, graded_one.raised_by) == (Verdict.MET, raised_by)
    last = view.turns[0].text.split(". ")[-1]
    assert f"{last}\n[1] " in seen[0] and "\nQ: " in seen[0]


async def test_where_a_grade_fails_the_verdicts_of_the_turns_stand(
    places: Places, judge: EmbeddedJudge
) -> None:
    broken = changed(judge, Kind.GRADE, lambda asked: "I would rather not.")
    async with opened(places, judge, broken) as interviews:
        known = (await interviews.start(CASE_ID, DRILL, "llm")).interview_id
        await say(interviews, known, ANSWER)
        view = await interviews.end(known)
    assert view.scorecard is not None and view.scorecard.steps[0].score is not None
    met = [a for a in view.scorecard.steps[0].items if a.verdict is Verdict.MET]
    assert met and view.feedback


async def test_steps_are_graded_behind_the_conversation(
    places: Places, judge: EmbeddedJudge
) -> None:
    model = sensible(judge)
    settings = InterviewSettings(minutes=20)
    async with opened(places, judge, model) as interviews:
        known = (await interviews.start(CASE_ID, settings, "llm")).interview_id
        first = " ".join(i.exemplar for i in shipped_case().steps[StepId.REQUIREMENTS].items[:2])
        await say(interviews, known, first)
        await say(interviews, known, "Let's move on.")
        await interviews.settle()
        assert graded(model) == [STEPS[0]], "the step that ended, before the interview does"
        await interviews.end(known)
    assert graded(model).count(STEPS[0]) == 1, "and only once"


async def test_what_calls_cost_is_kept_by_kind(places: Places, judge: EmbeddedJudge) -> None:
    priced = SETTINGS.model_copy(
        update={"prices": {"scripted-1": Price(input=1.0, cached=0.5, output=2.0)}}
    )
    async with opened(places, judge, sensible(judge), priced) as interviews:
        known = (await interviews.start(CASE_ID, DRILL, "llm")).interview_id
        await say(interviews, known, ANSWER)
        await interviews.end(known)
        result = await interviews.result(known)
        summary = next(s for s in await interviews.summaries() if s.interview_id == known)
    kinds = {"reply", "notes", "grade", "sweep", "closing", "debrief", "total"}
    assert kinds == set(result.usage)
    total = result.usage["total"]
    assert total["calls"] == sum(v["calls"] or 0 for k, v in result.usage.items() if k != "total")
    assert summary.tokens == (total["prompt"] or 0) + (total["output"] or 0) > 0
    assert summary.dollars == pytest.approx(total["dollars"])
    assert (summary.dollars or 0) > 0


@pytest.mark.parametrize(
    ("budget", "calls"),
    [(Budget(tokens=10), 0), (Budget(dollars=1e-9), 0), (Budget(tokens=10**9), 6)],
    ids=["tokens", "dollars", "enough"],
)
async def test_behind_its_budget_the_embedded_brain_takes_over(
    places: Places, judge: EmbeddedJudge, budget: Budget, calls: int
) -> None:
    prices = {"scripted-1": Price(input=1.0, cached=0.5, output=2.0)}
    bounded = SETTINGS.model_copy(update={"budget": budget, "prices": prices})
    model = sensible(judge)
    async with opened(places, judge, model, bounded) as interviews:
        known = (await interviews.start(CASE_ID, DRILL, "llm")).interview_id
        assert await say(interviews, known, ANSWER)
        view = await interviews.end(known)
    stood_in = [turn.stand_in for turn in view.turns if turn.stand_in]
    assert bool(stood_in) is (calls == 0)
    assert len(model.asked) == calls
    assert view.scorecard is not None and view.feedback


@pytest.mark.slow
async def test_an_interview_outlives_the_settings_of_its_model(
    places: Places, judge: EmbeddedJudge
) -> None:
    async with opened(places, judge, sensible(judge)) as interviews:
        known = (await interviews.start(CASE_ID, DRILL, "llm")).interview_id
    async with open_interviews(places) as interviews:
        assert await say(interviews, known, ANSWER)
        view = await interviews.end(known)
    assert "any more" in view.turns[-1].stand_in
    assert view.scorecard is not None


async def test_words_on_the_page_hold_no_scripts(places: Places, judge: EmbeddedJudge) -> None:
    evil = "<script>alert(1)</script> ![x](http://127.0.0.1/x.png) You scored 5 out of 5!"
    model = changed(judge, Kind.SAY, lambda asked: evil)
    async with opened(places, judge, model) as interviews:
        known = (await interviews.start(CASE_ID, DRILL, "llm")).interview_id
        said = await say(interviews, known, ANSWER)
    assert said and not {"<", "](", "scored"}.intersection(said.split()) and "script" not in said


async def test_a_step_is_judged_again_at_the_end_where_something_new_was_said_about_it(
    places: Places, judge: EmbeddedJudge
) -> None:
    first, later = shipped_case().steps[StepId.REQUIREMENTS].items[:2]
    saying = {first.exemplar: first.id, later.exemplar: later.id}

    def notes(asked: Asked) -> str:
        said = " ".join(asked.sentences.values())
        found = [id_ for text, id_ in saying.items() if text.split(". ")[0][:40] in said]
        items = [{"id": id_, "verdict": "met", "at": 1} for id_ in found]
        return json.dumps({"intents": ["answer"], "items": items})

    model = changed(judge, Kind.NOTES, notes)
    async with opened(places, judge, model) as interviews:
        settings = InterviewSettings(minutes=20)
        known = (await interviews.start(CASE_ID, settings, "llm")).interview_id
        await say(interviews, known, first.exemplar)
        await say(interviews, known, "Let's move on.")
        await interviews.settle()
        assert graded(model) == [STEPS[0]]
        await say(interviews, known, later.exemplar)
        await interviews.end(known)
    again = [asked for asked in model.asked if asked.section("STEP").startswith(STEPS[0])]
    grades = [asked for asked in again if asked.kind is Kind.GRADE]
    assert len(grades) == 2
    said = " ".join(grades[1].sentences.values())
    assert first.exemplar[:40] in said and later.exemplar[:40] in said
    shown = [line.split(" ")[0] for line in grades[1].user.splitlines()]
    assert shown.count("Q:") == 3, "what was said in another step brings its own question"
    assert shown[shown.index("[1]") - 1] == "Q:"
