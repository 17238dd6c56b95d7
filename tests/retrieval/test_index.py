"""The passage index: built aside, incrementally; read while it changes; rebuilt when broken."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from interviewer.core.errors import KnowledgeError
from interviewer.core.paths import Places
from interviewer.retrieval import builder
from interviewer.retrieval.builder import BuildReport, build_index, ensure_index, index_state
from interviewer.retrieval.embedding import shared_model
from interviewer.retrieval.index import PassageIndex, Pointer, Rows, read_rows
from tests.retrieval.words import Words
from tests.retrieval.workplace import NOTES, PASSAGES, Workplace, sources

# Searching


@pytest.mark.parametrize(
    ("query", "narrow", "expected"),
    [
        pytest.param("weekly histograms", {"k": 1}, ["concepts/drift.md#Alerts"], id="best_first"),
        pytest.param(
            "clicks",
            {"heading": "Serving"},
            ["cases/feed/notes.md#Serving"],
            id="only_sections_of_that_name",
        ),
        pytest.param("clicks", {"heading": "Nowhere"}, [], id="no_such_section"),
        pytest.param("clicks", {"k": 0}, [], id="none_wanted"),
        pytest.param(" \n", {}, [], id="blank_query"),
    ],
)
def test_search(built: Workplace, query: str, narrow: dict[str, Any], expected: list[str]) -> None:
    assert sources(built.reader(), query, **narrow) == expected


def test_a_hit_is_the_passage_and_its_cosine(built: Workplace) -> None:
    best, *others = built.reader().search("Drift: Alerts\nCompare weekly histograms.", k=100)
    assert len(others) == PASSAGES - 1
    assert best.passage.title == "Drift"
    assert best.passage.heading == "Alerts"
    assert best.passage.text == "Compare weekly histograms."
    assert best.score == pytest.approx(1, abs=1e-4)
    scores = [hit.score for hit in others]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] < 0.9


def test_a_home_may_be_named_from_here(built: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(built.root.parent)
    index = PassageIndex(Places(Path("home"), None, ""), Words())
    assert sources(index, "weekly histograms", k=1) == ["concepts/drift.md#Alerts"]


def test_threads_share_one_reader(built: Workplace) -> None:
    index = built.reader()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: sources(index, "weekly histograms", k=1), range(20)))
    assert found == [["concepts/drift.md#Alerts"]] * 20


def test_no_index_says_what_to_do(work: Workplace) -> None:
    with pytest.raises(KnowledgeError, match="interviewer index"):
        work.reader().search("drift")


def test_no_notes_make_an_empty_index(work: Workplace, tmp_path: Path) -> None:
    build_index(work.places, [tmp_path / "nowhere"], Words())
    assert work.reader().search("drift") == []


# Building


def edit(name: str, text: str) -> Callable[[Workplace], None]:
    return lambda work: work.write(name, text)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda work: None, BuildReport(PASSAGES, 0, False), id="nothing"),
        pytest.param(
            edit("frameworks/x.md", "# X"), BuildReport(PASSAGES, 0, False), id="not_a_note"
        ),
        pytest.param(
            edit("concepts/bias.md", NOTES["concepts/bias.md"].replace("raw", "all")),
            BuildReport(PASSAGES, 1, True),
            id="one_section",
        ),
        pytest.param(
            edit("concepts/bias.md", NOTES["concepts/bias.md"].replace("# Bias", "# Tilt")),
            BuildReport(PASSAGES, 2, True),
            id="title",
        ),
        pytest.param(
            edit("concepts/bias.md", NOTES["concepts/bias.md"] + "\n## More\n\nOne.\n"),
            BuildReport(PASSAGES + 1, 1, True),
            id="section_added",
        ),
        pytest.param(
            edit("concepts/copy.md", NOTES["concepts/bias.md"]),
            BuildReport(PASSAGES + 2, 0, True),
            id="copied_note",
        ),
        pytest.param(
            lambda work: (work.root / "concepts/bias.md").unlink(),
            BuildReport(PASSAGES - 2, 0, True),
            id="note_removed",
        ),
    ],
)
def test_only_new_text_is_embedded(
    built: Workplace, change: Callable[[Workplace], None], expected: BuildReport
) -> None:
    change(built)
    model = Words()
    assert built.build(model) == expected
    assert len(model.texts) == expected.embedded
    assert built.status() == "ready"
    assert len(built.collections()) == 1
    assert len(built.reader().search("clicks", k=100)) == expected.passages


def test_an_unreadable_note_is_reported_and_the_others_are_indexed(work: Workplace) -> None:
    (work.root / "concepts/bad.md").write_bytes(b"\xff")
    report = work.build()
    assert report.passages == PASSAGES
    assert "bad.md" in report.problems[0]
    state = index_state(work.places, [work.root])
    assert (state.status, len(state.problems)) == ("ready", 1)


@pytest.mark.parametrize(
    ("change", "status", "usable"),
    [
        pytest.param(lambda work: None, "missing", False, id="never_built"),
        pytest.param(lambda work: work.build(), "ready", True, id="built"),
        pytest.param(
            lambda work: (work.build(), work.write("concepts/new.md", "# New\n\nText.")),
            "missing",
            True,
            id="notes_changed",
        ),
    ],
)
def test_state(
    work: Workplace, change: Callable[[Workplace], None], status: str, usable: bool
) -> None:
    change(work)
    state = index_state(work.places, [work.root])
    assert (state.status, state.usable) == (status, usable)
    assert (state.reason == "") is (status == "ready")
    assert state.passages == (PASSAGES if usable else 0)


# Reading while it is built


def test_readers_go_on_while_it_is_built_and_then_move_on(built: Workplace) -> None:
    seen_meanwhile = []
    index, idle = built.reader(), built.reader()
    assert sources(index, "weekly histograms", k=1) == ["concepts/drift.md#Alerts"]
    idle.search("clicks")
    built.write("concepts/drift.md", "# Drift\n\n## Windows\n\nCompare weekly histograms.\n")

    def look(texts: list[str]) -> None:
        """Searches with a reader that has read before and with a new one."""
        for reader in (index, built.reader()):
            seen_meanwhile.extend(sources(reader, "weekly histograms", k=1))

    built.build(Words(look))
    assert seen_meanwhile == ["concepts/drift.md#Alerts"] * 2
    assert sources(index, "weekly histograms", k=1) == ["concepts/drift.md#Windows"]
    built.write("concepts/drift.md", "# Drift\n\nGone.\n")
    built.build()
    assert sources(index, "gone", k=1) == sources(idle, "gone", k=1) == ["concepts/drift.md"]


def test_an_old_collection_is_deleted_whoever_has_read_it(built: Workplace) -> None:
    index = built.reader()
    index.search("clicks")
    before = built.collections()
    built.write("concepts/new.md", "# New\n\nText.")
    built.build()
    assert len(built.collections()) == 1
    assert built.collections() != before
    assert len(index.search("clicks", k=100)) == PASSAGES + 1


def test_a_collection_deleted_while_it_is_opened_is_left_for_the_new_one(
    built: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Pointer] = []

    def read_too_late(places: Places, pointer: Pointer) -> Rows:
        if not seen:
            built.write("concepts/new.md", "# New\n\nText.")
            built.build()
        seen.append(pointer)
        return read_rows(places, pointer)

    monkeypatch.setattr("interviewer.retrieval.index.read_rows", read_too_late)
    assert len(built.reader().search("clicks", k=100)) == PASSAGES + 1
    assert len(seen) == 2


def lose(work: Workplace) -> None:
    shutil.rmtree(work.index)


def damage_all(work: Workplace) -> None:
    for path in work.index.rglob("*"):
        if path.is_file():
            path.write_bytes(b"x" * 5000)


@pytest.mark.parametrize("happens", [lose, damage_all])
def test_whoever_has_read_the_index_goes_on_without_it(
    built: Workplace, happens: Callable[[Workplace], None]
) -> None:
    index = built.reader()
    index.search("clicks")
    happens(built)
    assert len(index.search("clicks", k=100)) == PASSAGES
    with pytest.raises(KnowledgeError, match="interviewer index"):
        built.reader().search("clicks")
    assert built.status() == "missing"
    assert built.build().changed
    assert len(built.reader().search("clicks", k=100)) == PASSAGES


# One writer


@contextlib.contextmanager
def another_writer(index: Path) -> Iterator[threading.Event]:
    """Holds the writer's turn in another thread until the event is set."""
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        index.mkdir(parents=True, exist_ok=True)
        with FileLock(index / "write.lock", timeout=0):
            begun.set()
            assert done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert begun.wait(30)
    try:
        yield done
    finally:
        done.set()
        thread.join()


def test_a_second_writer_declines_and_the_state_says_building(work: Workplace) -> None:
    with another_writer(work.index):
        assert work.status() == "building"
        with pytest.raises(KnowledgeError, match="already building"):
            work.build(wait=0)
    assert work.status() == "missing"
    assert work.build().changed


def test_a_second_writer_that_waits_finds_the_work_done(work: Workplace) -> None:
    models = [Words(), Words()]
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda model: work.build(model, wait=30), models))
    assert sorted(report.embedded for report in reports) == [0, PASSAGES]
    assert sum(len(model.texts) for model in models) == PASSAGES


# At the start of a server


async def test_it_is_built_while_the_loop_is_free(work: Workplace) -> None:
    turns = 0
    task = asyncio.create_task(ensure_index(work.places, [work.root]))
    while not task.done():
        turns += 1
        await asyncio.wait([task], timeout=0.001)
    state = task.result()
    assert (state.status, state.passages, state.reason) == ("ready", PASSAGES, "")
    assert turns > 1
    index = PassageIndex(work.places)
    assert sources(index, "how do I notice that the data moved?", k=1) == ["concepts/drift.md"]


async def test_an_unchanged_start_builds_nothing(
    built: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "build_index", None)
    assert (await ensure_index(built.places, [built.root])).status == "ready"


async def test_a_failed_build_is_told_and_the_next_start_tries_again(
    built: Workplace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    built.write("concepts/new.md", "# New\n\nText.")
    with monkeypatch.context() as patched:
        patched.setattr(builder, "_store", fail)
        state = await ensure_index(built.places, [built.root])
    assert (state.status, state.usable, state.passages) == ("failed", True, PASSAGES)
    assert "No space left" in state.reason
    assert state.reason in caplog.text
    assert (await ensure_index(built.places, [built.root])).status == "ready"


async def test_a_home_that_cannot_be_written_is_told(work: Workplace) -> None:
    work.places.home.write_text("a file where the folder should be")
    state = await ensure_index(work.places, [work.root])
    assert (state.status, state.usable) == ("failed", False)
    assert "cannot be written" in state.reason


async def test_a_cancelled_start_ends_its_build(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        work.write(f"concepts/more{number}.md", f"# More\n\nNumber {number}.")
    begun, released = threading.Event(), threading.Event()

    class Slow(Words):
        wordpiece = shared_model().wordpiece

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            begun.set()
            assert released.wait(30)
            return super().embed_documents(texts)

    model = Slow()
    monkeypatch.setattr(builder, "shared_model", lambda: model)
    task = asyncio.create_task(ensure_index(work.places, [work.root]))
    await asyncio.to_thread(begun.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    released.set()
    with FileLock(work.index / "write.lock", timeout=30):
        assert len(model.texts) == builder.AT_ONCE
    assert work.status() == "missing"
