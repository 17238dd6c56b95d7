"""Whose interview it is: to anybody else it does not exist, by whatever method and whatever id."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from functools import cached_property
from inspect import getmembers
from pathlib import Path
from typing import Any

import pytest

from interviewer.core.assessment import RaisedBy, Rejudgement, StepGrade, Verdict
from interviewer.core.errors import InterviewNotFound
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.llm.usage import CallRecord, Kind
from interviewer.service.interviews import Interviews
from interviewer.store import Store, open_store
from tests.builders import a_turn, an_assessment
from tests.homes import places_in
from tests.pasts import CASE, a_past, opened
from tests.rows import a_row

ANN, BEN = "ann", "ben"


async def drained(words: AsyncIterator[str]) -> list[str]:
    return [word async for word in words]


# Every method that takes the id of an interview, called on an interview of somebody else.
TOUCHING: Mapping[str, Callable[[Interviews, Any], Awaitable[Any]]] = {
    "answer_again": lambda i, id_: i.answer_again(id_, StepId.DATA),
    "delete": lambda i, id_: i.delete(id_),
    "before": lambda i, id_: i.before(id_),
    "end": lambda i, id_: i.end(id_),
    "make_link": lambda i, id_: i.make_link(id_),
    "pause": lambda i, id_: i.pause(id_),
    "rejudge": lambda i, id_: i.rejudge(id_, "req_goal", 2, "I would look at long-term"),
    "dispute": lambda i, id_: i.dispute(id_, "req_goal", 2, "I would look at long-term"),
    "report_name": lambda i, id_: i.report_name(id_),
    "result": lambda i, id_: i.result(id_),
    "resume": lambda i, id_: drained(i.resume(id_)),
    "revoke_link": lambda i, id_: i.revoke_link(id_),
    "submit": lambda i, id_: drained(i.submit(id_, "Words of somebody else.")),
    "unpause": lambda i, id_: i.unpause(id_),
    "view": lambda i, id_: i.view(id_),
}
# Every method that looks at all interviews, and what it says to somebody who has none.
LISTING: Mapping[str, tuple[Callable[[Interviews], Awaitable[Any]], Any]] = {
    "count": (lambda i: i.count(), 0),
    "delete_all": (lambda i: i.delete_all(), 0),
    "delete_older_than": (lambda i: i.delete_older_than(0), 0),
    "older_than": (lambda i: i.older_than(0), 0),
    "history": (lambda i: i.history(), ()),
    "next_seed": (lambda i: i.next_seed(CASE), 0),
    "practice": (lambda i: i.practice(), ((), ())),
    "practice_plan": (lambda i: i.practice_plan(), ()),
    "summaries": (lambda i: i.summaries(), []),
}
# What has nothing to do with anybody's interviews, or is tested below.
OTHERS = {"brains", "exists", "grade", "library", "linked", "note", "notes", "owned_by", "search"}
OTHERS |= {"keeping", "refresh", "settle", "start", "warm"}

A_GRADE = StepGrade(step=StepId.DATA, turn=3, verdicts=())
A_CALL = CallRecord(kind=Kind.GRADE, model="m", estimated=1, prompt=1)
A_REJUDGEMENT = Rejudgement(
    item="i",
    step=StepId.DATA,
    turn=2,
    quote="q",
    before=Verdict.ABSENT,
    after=Verdict.MET,
    raised_by=RaisedBy.CANDIDATE,
    brain="b",
    at=1.0,
)
IN_STORE: Mapping[str, Callable[[Store, Any], Awaitable[Any]]] = {
    "add_calls": lambda s, id_: s.add_calls(id_, [A_CALL]),
    "add_candidate_turn": lambda s, id_: s.add_candidate_turn(id_, a_turn(2)),
    "add_exchange_reply": lambda s, id_: s.add_exchange_reply(id_, 2, an_assessment(), a_turn(3)),
    "add_grade": lambda s, id_: s.add_grade(id_, A_GRADE),
    "add_opening": lambda s, id_: s.add_opening(id_, a_turn(1)),
    "add_rejudgement": lambda s, id_: s.add_rejudgement(id_, A_REJUDGEMENT),
    "delete": lambda s, id_: s.delete(id_),
    "end_interview": lambda s, id_: s.end_interview(id_, "time", 1.0),
    "expect": lambda s, id_: s.expect(id_),
    "load": lambda s, id_: s.load(id_),
    "load_result": lambda s, id_: s.load_result(id_),
    "number_on_day": lambda s, id_: s.number_on_day(id_, 0.0),
    "save_result": lambda s, id_: s.save_result(id_, {}),
    "set_link": lambda s, id_: s.set_link(id_, "hash", 1.0),
    "set_pause": lambda s, id_: s.set_pause(id_, 1.0, 0.0),
}
IN_STORE_LISTS: Mapping[str, tuple[Callable[[Store], Awaitable[Any]], Any]] = {
    "count": (lambda s: s.count(), 0),
    "count_silent": (lambda s: s.count_silent(9e9), 0),
    "delete_many": (lambda s: s.delete_many(), []),
    "list_ended": (lambda s: s.list_ended(9), []),
    "list_marks": (lambda s: s.list_marks(9), ()),
    "list_interviews": (lambda s: s.list_interviews(), []),
}
IN_STORE_OTHERS = {"create_interview", "load_linked", "owned_by", "owner", "scrub"}

NO_IDS = [None, 7, 1.5, True, [], {}, [["x"]], {"id": "x"}, b"one", "", "x" * 65, "x" * 1_000_000]
NO_IDS += ["\ud800", "a\x00b", "one\n"]


def public(kind: type) -> set[str]:
    return {name for name, _ in getmembers(kind) if not name.startswith("_")}


def kept(home: Path) -> list[str]:
    """Everything that the database holds."""
    with closing(sqlite3.connect(home / "interviews.sqlite")) as database:
        return list(database.iterdump())


@asynccontextmanager
async def ann_and_ben(home: Path) -> AsyncIterator[tuple[Interviews, str, Interviews]]:
    """Ann's interviews, one of which has ended, and Ben's, who has none."""
    async with opened(home) as interviews:
        anns = interviews.owned_by(ANN)
        yield anns, await a_past(anns), interviews.owned_by(BEN)


def test_every_method_has_its_place_in_a_table() -> None:
    assert public(Interviews) == {*TOUCHING, *LISTING, *OTHERS}
    assert public(Store) == {*IN_STORE, *IN_STORE_LISTS, *IN_STORE_OTHERS}


async def test_somebody_elses_interview_does_not_exist(tmp_path: Path) -> None:
    async with ann_and_ben(tmp_path) as (anns, id_, bens):
        before = kept(tmp_path)
        async with await anns._resources.lock(anns._store, id_):  # neither told of nor waited for
            for method, call in TOUCHING.items():
                with pytest.raises(InterviewNotFound) as theirs:
                    await asyncio.wait_for(call(bens, id_), 30)
                with pytest.raises(InterviewNotFound) as unknown:
                    await call(bens, "0" * len(id_))
                assert str(theirs.value).replace(id_, "0" * len(id_)) == str(unknown.value), method
                assert kept(tmp_path) == before, method
        assert (await anns.exists(id_), await bens.exists(id_)) == (True, False)


async def test_lists_hold_nothing_of_somebody_else(tmp_path: Path) -> None:
    async with ann_and_ben(tmp_path) as (anns, _, bens):
        for method, (ask, nothing) in LISTING.items():
            assert await ask(bens) == nothing, method
        for method, (ask, nothing) in LISTING.items():
            if not method.startswith("delete"):
                assert await ask(anns) != nothing, method
        assert await anns.delete_all() == 1


async def test_the_store_has_no_way_to_somebody_elses_interview(tmp_path: Path) -> None:
    async with open_store(places_in(tmp_path).database) as store:
        await store.owned_by(ANN).create_interview(a_row(), a_turn(1))
        before = kept(tmp_path)
        for method, call in IN_STORE.items():
            with pytest.raises(InterviewNotFound, match="no interview 'one'"):
                await call(store.owned_by(BEN), "one")
            assert kept(tmp_path) == before, method
        await store.save_result("one", {})
        await store.end_interview("one", "time", 1.0)
        for method, (ask, nothing) in IN_STORE_LISTS.items():
            assert await ask(store.owned_by(BEN)) == nothing, method
        for method, (ask, nothing) in sorted(
            IN_STORE_LISTS.items(), key=lambda e: "delete" in e[0]
        ):
            assert await ask(store.owned_by(ANN)) != nothing, method


async def test_what_cannot_be_an_id_leads_nowhere(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        for bad in NO_IDS:
            for name, call in TOUCHING.items():
                with pytest.raises(InterviewNotFound) as caught:
                    await call(interviews, bad)
                assert len(str(caught.value)) < 200, name
        for token in ("", "\ud800", "x" * 100_000):
            with pytest.raises(InterviewNotFound):
                await interviews.linked(token)


async def test_a_new_interview_belongs_to_who_starts_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        for owner, view in (
            (ANN, await interviews.owned_by(ANN).start(CASE, InterviewSettings())),
            ("", await interviews.start(CASE, InterviewSettings())),
        ):
            (summary,) = await interviews.owned_by(owner).summaries()
            assert summary.interview_id == view.interview_id
        assert len(await interviews.summaries()) == 2


async def test_nothing_follows_somebody_elses_interview(tmp_path: Path) -> None:
    async with ann_and_ben(tmp_path) as (_, id_, bens):
        with pytest.raises(InterviewNotFound):
            await bens.start(CASE, InterviewSettings(), follows=id_)
        assert await bens.summaries() == []


async def test_who_sees_everything_answers_again_for_its_owner(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        anns = interviews.owned_by(ANN)
        again = await interviews.answer_again(await a_past(anns), StepId.DATA)
        assert await anns.before(again.interview_id) is not None


async def test_a_link_is_for_everybody_who_has_it(tmp_path: Path) -> None:
    async with ann_and_ben(tmp_path) as (anns, id_, bens):
        token = await anns.make_link(id_)
        assert (await bens.linked(token)).interview_id == id_
        assert (await bens.owned_by("").linked(token)).interview_id == id_


async def test_everything_else_is_shared(tmp_path: Path) -> None:
    lonely = {name for name, value in getmembers(Interviews) if isinstance(value, cached_property)}
    assert lonely == set(), "made anew for every owner; see `Resources`"
    async with opened(tmp_path) as interviews:
        anns = interviews.owned_by(ANN)
        assert anns.library is interviews.library
        assert anns.brains is interviews.brains is anns.owned_by(BEN).brains
        assert anns._resources is interviews._resources
        view = await anns.start(CASE, InterviewSettings())
        lock = await anns._resources.lock(anns._store, view.interview_id)
        assert lock is await interviews._resources.lock(interviews._store, view.interview_id)


async def test_interviews_of_before_belong_to_the_person_at_this_machine(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        id_ = await a_past(interviews)
        assert (await interviews.owned_by("").view(id_)).interview_id == id_
