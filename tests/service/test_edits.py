"""Files that authors change while the program runs: there for the next interview, not for this."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interviewer.brains.protocol import Scene
from interviewer.core.assessment import TurnAssessment
from interviewer.core.errors import UnknownCase
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Intent
from interviewer.retrieval import builder
from interviewer.retrieval.builder import IndexState
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.quick_brain import QuickBrain
from tests.builders import a_case, as_yaml, write_case
from tests.cases.authoring import an_authored_case, expand
from tests.homes import places_in
from tests.service.sessions import say

CASE = "warehouse"
BROKEN = "id: warehouse\ntitle: [never closed\n"
SETTINGS = InterviewSettings()


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    root = tmp_path / "knowledge"
    write_case(root, a_case())
    return root


class SeeingBrain(QuickBrain):
    """Keeps the titles of the cases that it was shown."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        self.titles.append(scene.case.title)
        return await super().assess(scene, given)


@pytest.fixture
def brain() -> SeeingBrain:
    return SeeingBrain()


@pytest.fixture
async def interviews(
    tmp_path: Path, knowledge: Path, brain: SeeingBrain
) -> AsyncIterator[Interviews]:
    """Interviews of a program that has read its files."""
    places = places_in(tmp_path / "home", knowledge=knowledge)
    async with open_interviews(places, brain=brain) as opened:
        assert CASE in opened.library.cases
        yield opened


def _write(file: Path, text: str) -> None:
    """As an editor saves; the time of the change is another one also on a coarse clock."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(before + 1_000_000_000, before + 1_000_000_000))


def _file(knowledge: Path) -> Path:
    return knowledge / "cases" / CASE / "case.yaml"


async def _begin(interviews: Interviews, case_id: str = CASE) -> str:
    return (await interviews.start(case_id, SETTINGS)).interview_id


async def test_an_edited_case_is_there_for_the_next_interview_and_not_for_this(
    interviews: Interviews, knowledge: Path, brain: SeeingBrain
) -> None:
    mine = await _begin(interviews)
    for title in ("Second", "Third"):
        _write(_file(knowledge), as_yaml(a_case(title=title)))
        other = await _begin(interviews)
        for interview in (mine, other):
            await say(interviews, interview)
    assert brain.titles == [a_case().title, "Second", a_case().title, "Third"]
    assert (await interviews.view(mine)).case_title == a_case().title


async def test_an_interview_under_way_survives_that_its_case_is_deleted(
    interviews: Interviews, knowledge: Path
) -> None:
    mine = await _begin(interviews)
    shutil.rmtree(_file(knowledge).parent)
    await interviews.refresh()
    assert CASE not in interviews.library.cases
    assert await say(interviews, mine)
    with pytest.raises(UnknownCase):
        await interviews.start(CASE, SETTINGS)


@pytest.mark.parametrize("name", ["case.yaml", "examples.yaml"])
async def test_a_broken_file_keeps_the_last_good_case_and_says_so_once(
    interviews: Interviews, knowledge: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    before = interviews.library.case(CASE)
    _write(_file(knowledge).with_name(name), BROKEN)
    with caplog.at_level(logging.WARNING, "interviewer"):
        await interviews.refresh()
        await interviews.refresh()
        _write(knowledge / "concepts" / "other.md", "# Other\n\nUnrelated.\n")
        await interviews.refresh()
    assert interviews.library.case(CASE) is before
    assert [name in record.message for record in caplog.records] == [True]
    assert "what was read of it before is used" in caplog.messages[0]
    _write(_file(knowledge).with_name("examples.yaml"), "{}\n")
    _write(_file(knowledge), as_yaml(a_case(title="Mended")))
    await interviews.refresh()
    assert interviews.library.case(CASE).title == "Mended"


async def test_an_unchanged_case_is_the_same_object(
    interviews: Interviews, knowledge: Path
) -> None:
    before = dict(interviews.library.cases)
    _write(_file(knowledge), as_yaml(a_case(title="Another title")))
    await interviews.refresh()
    after = interviews.library.cases
    assert {id_ for id_ in before if after[id_] is not before[id_]} == {CASE}


async def test_a_new_case_appears(interviews: Interviews, knowledge: Path) -> None:
    expand(knowledge, an_authored_case())
    assert await _begin(interviews, "shed")


async def test_nothing_is_read_while_nothing_changes_nor_for_a_message(
    interviews: Interviews, knowledge: Path
) -> None:
    mine = await _begin(interviews)
    before = interviews.library
    await interviews.refresh()
    _write(_file(knowledge), as_yaml(a_case(title="Another title")))
    await say(interviews, mine)
    await interviews.view(mine)
    assert interviews.library is before


async def test_item_packs_and_types_of_facts_are_read_again(
    interviews: Interviews, knowledge: Path
) -> None:
    authored = an_authored_case(facts=[{"type": "colours", "answer": "Blue."}])
    expand(knowledge, authored)
    _write(knowledge / "facts.yaml", _types("Which colours are there?"))
    await interviews.refresh()
    assert interviews.library.case("shed").facts[0].topics[0] == "Which colours are there?"
    _write(knowledge / "facts.yaml", _types("Any colours?"))
    await interviews.refresh()
    assert interviews.library.case("shed").facts[0].topics[0] == "Any colours?"
    _write(knowledge / "facts.yaml", "colours: [\n")
    await interviews.refresh()
    assert interviews.library.case("shed").facts[0].topics[0] == "Any colours?"


def _types(topic: str) -> str:
    return f"colours:\n  title: Colours\n  topics: ['{topic}', 'Is it blue?', 'Is it red?']\n"


async def test_a_changed_note_is_read_and_indexed_behind(
    interviews: Interviews, knowledge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed = asyncio.Event()

    async def ensure_index(places: object) -> IndexState:
        indexed.set()
        return IndexState("ready", "", True, 1)

    monkeypatch.setattr(builder, "ensure_index", ensure_index)
    monkeypatch.setattr("interviewer.retrieval.index.read_pointer", lambda places: object())
    note = knowledge / "concepts" / "granite.md"
    _write(note, "# Granite\n\nIt fails first.\n")
    await interviews.refresh()
    assert "fails first" in interviews.notes.concepts["granite"].text
    await asyncio.wait_for(indexed.wait(), 5)
    _write(note, "\n")
    await interviews.refresh()
    assert "fails first" in interviews.notes.concepts["granite"].text
    note.unlink()
    await interviews.refresh()
    assert "granite" not in interviews.notes.concepts
