"""What is kept of an interview and done with it afterwards; pauses, sketches and drills too."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from interviewer.brains.protocol import Answer, Scene
from interviewer.core.assessment import Assessment, Judgement, RedFlagHit, TurnAssessment, Verdict
from interviewer.core.case import Case
from interviewer.core.errors import (
    InterviewNotFound,
    MessageRejected,
    PauseRefused,
    RejudgementRefused,
    SettingsError,
)
from interviewer.core.settings import SKETCH_LIMIT, InterviewSettings, Mode, StepId
from interviewer.core.transcript import Intent
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.quick_brain import QuickBrain
from tests.homes import places_in

pytestmark = pytest.mark.asyncio(loop_scope="function")

CASE = "video_recommendation"
SAID = "I would look at long-term retention, because clicks alone reward bait."
WORDS = "look at long-term retention, because clicks"


class OneItemBrain(QuickBrain):
    """Judges every answer as nothing and every selection of words as `verdict` for one item."""

    def __init__(self, verdict: Verdict = Verdict.MET) -> None:
        self.verdict = verdict
        self.withdrawn: tuple[str, ...] = ()
        self.asked: list[str] = []

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """An answer that earns nothing."""
        step = scene.case.steps[scene.step]
        verdicts = tuple(
            Assessment(item=i.id, step=scene.step, verdict=Verdict.ABSENT) for i in step.items
        )
        return TurnAssessment(
            intents=(Intent.ANSWER,), verdicts=verdicts, withdrawn=self.withdrawn, words=12
        )

    async def grade(
        self,
        case: Case,
        step: StepId,
        said: Sequence[Answer],
        standing: Sequence[RedFlagHit] = (),
    ) -> Judgement:
        """Finds the first item of the step."""
        (answer, _question) = said[0]
        self.asked.append(answer)
        item = case.steps[step].items[0].id
        found = Assessment.judged(item=item, step=step, verdict=self.verdict, quote=answer)
        return Judgement(items=(found,))


class Watch:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Seconds since the epoch."""
        return self.now


@asynccontextmanager
async def opened(home: Path, **options: Any) -> AsyncIterator[Interviews]:
    options = {"brain": OneItemBrain(), **options}
    async with open_interviews(places_in(home), **options) as interviews:
        yield interviews


async def begin(interviews: Interviews, **settings: Any) -> str:
    return (await interviews.start(CASE, InterviewSettings(**settings))).interview_id


async def say(interviews: Interviews, id_: str, text: str = SAID, **options: Any) -> None:
    async for _ in interviews.submit(id_, text, **options):
        pass


async def ended(interviews: Interviews, **settings: Any) -> str:
    id_ = await begin(interviews, **settings)
    await say(interviews, id_)
    await interviews.end(id_)
    return id_


def first_item(interviews: Interviews) -> str:
    return interviews.library.case(CASE).steps[StepId.REQUIREMENTS].items[0].id


# I did say this


async def test_a_point_judged_again_counts_and_keeps_both_verdicts(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        id_ = await ended(interviews)
        before = await interviews.result(id_)
        made = await interviews.rejudge(id_, first_item(interviews), 2, WORDS)
        assert (made.before, made.after, made.quote) == (Verdict.ABSENT, Verdict.MET, WORDS)
        after = await interviews.result(id_)
        assert after.rejudgements == (made,)
        assert after.overall is not None and before.overall is not None
        assert after.overall > before.overall
        (summary,) = await interviews.summaries()
        assert summary.overall == after.overall
    async with opened(tmp_path) as interviews:
        assert (await interviews.result(id_)).rejudgements == (made,)


async def test_a_worse_second_verdict_takes_nothing_away(tmp_path: Path) -> None:
    brain = OneItemBrain()
    async with opened(tmp_path, brain=brain) as interviews:
        id_ = await ended(interviews)
        item = first_item(interviews)
        await interviews.rejudge(id_, item, 2, WORDS)
        best = (await interviews.result(id_)).overall
        brain.verdict = Verdict.ABSENT
        worse = await interviews.rejudge(id_, item, 2, "because clicks alone reward bait")
        assert (worse.before, worse.after) == (Verdict.MET, Verdict.ABSENT)
        result = await interviews.result(id_)
        assert (result.overall, len(result.rejudgements)) == (best, 2)


async def test_the_same_words_are_judged_once(tmp_path: Path) -> None:
    brain = OneItemBrain()
    async with opened(tmp_path, brain=brain) as interviews:
        id_ = await ended(interviews)
        item = first_item(interviews)
        once = await interviews.rejudge(id_, item, 2, WORDS)
        assert await interviews.rejudge(id_, item, 2, f"  {WORDS}\n") == once
        assert brain.asked == [WORDS]


@pytest.mark.parametrize(
    ("item", "turn", "quote", "why"),
    [
        (None, 2, "words that nobody said here", "not in that turn"),
        (None, 2, "long-term retention", "2 words"),
        (None, 2, "w " * 200, "200 words"),
        (None, 1, WORDS, "not one of yours"),
        (None, 99, WORDS, "not one of yours"),
        ("no_such_item", 2, WORDS, "no point"),
    ],
    ids=["not_said", "too_few", "too_many", "interviewer", "no_turn", "no_item"],
)
async def test_what_cannot_be_judged_again(
    tmp_path: Path, item: str | None, turn: int, quote: str, why: str
) -> None:
    async with opened(tmp_path) as interviews:
        id_ = await ended(interviews)
        with pytest.raises(RejudgementRefused, match=why):
            await interviews.rejudge(id_, item or first_item(interviews), turn, quote)
        assert (await interviews.result(id_)).rejudgements == ()


async def test_nothing_is_judged_again_while_it_runs_or_once_taken_back(tmp_path: Path) -> None:
    brain = OneItemBrain()
    async with opened(tmp_path, brain=brain) as interviews:
        id_ = await begin(interviews)
        item = first_item(interviews)
        await say(interviews, id_)
        with pytest.raises(RejudgementRefused, match="after the interview"):
            await interviews.rejudge(id_, item, 2, WORDS)
        brain.withdrawn = (item,)
        await say(interviews, id_, "No, I take that back, something else matters more.")
        await interviews.end(id_)
        with pytest.raises(RejudgementRefused, match="took this back"):
            await interviews.rejudge(id_, item, 2, WORDS)


# Links


async def test_a_link_opens_the_report_until_it_is_revoked(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        id_ = await ended(interviews)
        token = await interviews.make_link(id_)
        assert (await interviews.linked(token)).interview_id == id_
        assert (await interviews.view(id_)).linked
        await interviews.revoke_link(id_)
        assert not (await interviews.view(id_)).linked
        with pytest.raises(InterviewNotFound):
            await interviews.linked(token)


async def test_a_new_link_replaces_the_old_one(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        id_ = await ended(interviews)
        old, new = await interviews.make_link(id_), await interviews.make_link(id_)
        assert old != new
        assert len(new) >= 32
        assert (await interviews.linked(new)).interview_id == id_
        with pytest.raises(InterviewNotFound):
            await interviews.linked(old)
        with pytest.raises(InterviewNotFound):
            await interviews.make_link("nothing")


async def test_the_database_does_not_hold_the_token(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        token = await interviews.make_link(await ended(interviews))
    with closing(sqlite3.connect(tmp_path / "interviews.sqlite")) as database:
        assert token not in "\n".join(database.iterdump())


# Pauses


@pytest.mark.parametrize(
    ("pauses", "seconds"),
    [((), 100.0), ((30.0,), 70.0), ((30.0, 20.0), 50.0), ((100.0,), 0.0)],
    ids=["none", "one", "two", "all_the_time"],
)
async def test_the_clock_stands_during_a_pause(
    tmp_path: Path, pauses: tuple[float, ...], seconds: float
) -> None:
    clock = Watch()
    async with opened(tmp_path, clock=clock) as interviews:
        id_ = await begin(interviews)
        for pause in pauses:
            assert (await interviews.pause(id_)).paused_at == clock.now
            clock.now += pause
            assert (await interviews.unpause(id_)).paused_at is None
        clock.now = 1_100.0
        await say(interviews, id_)
        view = await interviews.view(id_)
        assert (view.seconds_used, view.paused_seconds) == (seconds, 0.0)


async def test_a_message_ends_a_pause_and_pausing_twice_is_one_pause(tmp_path: Path) -> None:
    clock = Watch()
    async with opened(tmp_path, clock=clock) as interviews:
        id_ = await begin(interviews)
        clock.now += 10
        await interviews.pause(id_)
        clock.now += 500
        await interviews.pause(id_)
        clock.now += 500
        await say(interviews, id_)
        view = await interviews.view(id_)
        assert (view.seconds_used, view.paused_at) == (10.0, None)
        clock.now += 7
        await say(interviews, id_)
        assert (await interviews.view(id_)).seconds_used == 17.0


async def test_real_mode_and_an_ended_interview_have_no_pause(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        with pytest.raises(PauseRefused, match="Real mode"):
            await interviews.pause(await begin(interviews, mode=Mode.REAL))
        with pytest.raises(PauseRefused, match="ended"):
            await interviews.pause(await ended(interviews))


# The sketch


async def test_a_sketch_is_stored_with_its_turn_and_only_when_it_changed(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        id_ = await begin(interviews)
        await say(interviews, id_, sketch="  app -> gateway\u202e  \r\n  -> ranker\x00\n\n")
        await say(interviews, id_, sketch="  app -> gateway\n  -> ranker")
        await say(interviews, id_, sketch="app -> cache")
        await say(interviews, id_)
        view = await interviews.view(id_)
        drawn = [turn.sketch for turn in view.turns if turn.role == "candidate"]
        assert drawn == ["  app -> gateway\n  -> ranker", "", "app -> cache", ""]
        assert view.notebook.sketch == "app -> cache"


async def test_a_sketch_that_is_too_long_sends_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        id_ = await begin(interviews)
        with pytest.raises(MessageRejected, match="sketch"):
            await say(interviews, id_, sketch="x" * (SKETCH_LIMIT + 1))
        assert (await interviews.view(id_)).last_turn == 1


# Drills


async def test_a_step_answered_again_knows_what_it_follows(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        id_ = await ended(interviews, variant=None, minutes=30)
        again = await interviews.answer_again(id_, StepId.DATA)
        assert (again.step, again.settings.drill, again.follows) == (StepId.DATA, StepId.DATA, id_)
        assert again.settings.seed == 1
        before = await interviews.before(again.interview_id)
        assert before is not None and before.interview_id == id_
        assert await interviews.before(id_) is None
        assert (await interviews.summaries())[0].follows == id_


async def test_a_concept_is_drilled_in_its_step_and_only_with_its_items(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        case = interviews.library.case(CASE)
        concept = case.steps[StepId.SERVING].items[0].concept
        view = await interviews.start(CASE, InterviewSettings(concept=concept))
        assert view.seconds_planned == 600
        await say(interviews, view.interview_id)
        done = await interviews.end(view.interview_id)
        assert done.scorecard is not None
        (step,) = done.scorecard.steps
        assert {case.item(a.item).concept for a in step.items} == {concept}
        assert done.scorecard.recommendation is None
        with pytest.raises(SettingsError, match="nothing on the concept"):
            await interviews.start(CASE, InterviewSettings(concept="basket_weaving"))


async def test_the_practice_plan_comes_from_ended_interviews(tmp_path: Path) -> None:
    clock = Watch()
    async with opened(tmp_path, clock=clock) as interviews:
        await begin(interviews)
        assert await interviews.practice_plan() == ()
        await ended(interviews)
        plan = await interviews.practice_plan()
        assert plan
        assert {drill.missed_in for drill in plan} == {CASE}
        assert {drill.due_at for drill in plan} == {1_000.0 + 86_400}
        for drill in plan:
            await interviews.start(drill.case_id, InterviewSettings(concept=drill.concept))
