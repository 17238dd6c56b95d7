"""The passage index: built aside, incrementally; read while it changes; rebuilt when broken."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from langchain_core.embeddings import Embeddings

from interviewer.core.errors import KnowledgeError
from interviewer.core.paths import Places
from interviewer.retrieval import builder
from interviewer.retrieval.builder import BuildReport, build_index, ensure_index, index_state
from interviewer.retrieval.embedding import DIMENSIONS, shared_model
from interviewer.retrieval.index import PassageIndex, Pointer, Rows, read_rows
from tests.retrieval.words import Words

NOTES = {
    "concepts/drift.md": "# Drift\n\nInputs change.\n\n## Alerts\n\nCompare weekly histograms.\n",
    "concepts/bias.md": "# Bias\n\nTop slots get clicks.\n\n## Mistakes\n\nTrusting raw clicks.\n",
    "cases/feed/notes.md": "# Feed\n\n## Serving\n\nA cache keeps popular clicks close.\n",
}
PASSAGES = 5


class Workplace:
    """A home and a folder of notes."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(home=folder / "home", knowledge=None, database="")
        self.root = folder / "knowledge"
        for name, text in NOTES.items():
            self.write(name, text)

    @property
    def index(self) -> Path:
        return self.places.index

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def build(self, model: Embeddings | None = None, wait: float = 0) -> BuildReport:
        return build_index(self.places, [self.root], model or Words(), wait)

    def status(self) -> str:
        return index_state(self.places, [self.root]).status

    def collections(self) -> list[Path]:
        return sorted(path for path in self.index.iterdir() if path.is_dir())

    def reader(self) -> PassageIndex:
        return PassageIndex(self.places, Words())


@pytest.fixture
def work(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


@pytest.fixture
def built(work: Workplace) -> Workplace:
    work.build()
    return work


def sources(index: PassageIndex, query: str, **narrow: Any) -> list[str]:
    return [hit.passage.source for hit in index.search(query, **narrow)]


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


# What breaks is rebuilt


def chroma_file(work: Workplace, pattern: str) -> Path:
    (collection,) = work.collections()
    return next(collection.glob(pattern))


def scramble(path: Path) -> None:
    path.write_bytes(bytes(255 - byte for byte in path.read_bytes()))


def edit_bytes(work: Workplace, old: bytes, new: bytes) -> None:
    file = chroma_file(work, "chroma.sqlite3")
    content = file.read_bytes()
    assert old in content
    assert len(old) == len(new)
    file.write_bytes(content.replace(old, new))


def vector_of(context: str) -> bytes:
    """The vector of a passage as Chroma keeps it."""
    text = f"{context}\nA cache keeps popular clicks close."
    return np.asarray(Words().embed_query(text), np.float32).tobytes()


def point_elsewhere(work: Workplace, **values: str) -> None:
    pointer = work.index / "current.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | values))


def lead_out(work: Workplace) -> None:
    shutil.copytree(work.collections()[0], work.places.home / "outside")
    point_elsewhere(work, collection="../outside")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda work: (work.index / "current.json").write_text("{"), id="pointer_cut"),
        pytest.param(lambda work: (work.index / "current.json").write_text("[]"), id="pointer_odd"),
        pytest.param(lambda work: (work.index / "current.json").unlink(), id="pointer_gone"),
        pytest.param(
            lead_out,
            id="pointer_leads_out",
        ),
        pytest.param(
            lambda work: point_elsewhere(work, collection=f"passages-{'0' * 32}"),
            id="pointer_to_nothing",
        ),
        pytest.param(
            lambda work: scramble(chroma_file(work, "chroma.sqlite3")), id="sqlite_scrambled"
        ),
        pytest.param(lambda work: chroma_file(work, "chroma.sqlite3").unlink(), id="sqlite_gone"),
        pytest.param(
            lambda work: os.truncate(chroma_file(work, "chroma.sqlite3"), 100_000), id="sqlite_cut"
        ),
        pytest.param(
            lambda work: edit_bytes(work, b"Trusting raw clicks.", b"Trusting odd clicks."),
            id="another_text",
        ),
        pytest.param(
            lambda work: edit_bytes(work, b"Trusting raw clicks.", b"Trusting \xffaw clicks."),
            id="text_scrambled",
        ),
        pytest.param(
            lambda work: edit_bytes(work, vector_of("Feed: Serving"), bytes(4 * DIMENSIONS)),
            id="vector_zeroed",
        ),
    ],
)
def test_a_damaged_index_is_noticed_and_built_again(
    built: Workplace, damage: Callable[[Workplace], object]
) -> None:
    damage(built)
    index = built.reader()
    with pytest.raises(KnowledgeError, match="interviewer index"):
        index.search("clicks")
    assert built.status() == "missing"
    assert built.build().changed
    assert len(index.search("clicks", k=100)) == PASSAGES
    assert built.status() == "ready"


def test_the_log_says_once_that_an_index_is_damaged(
    built: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    scramble(chroma_file(built, "chroma.sqlite3"))
    index = built.reader()
    for _ in range(3):
        with pytest.raises(KnowledgeError):
            index.search("clicks")
    (record,) = caplog.records
    assert "interviewer index" in record.message


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda work: scramble(chroma_file(work, "*/data_level0.bin")), id="vectors"),
        pytest.param(lambda work: scramble(chroma_file(work, "*/length.bin")), id="lengths"),
        pytest.param(lambda work: chroma_file(work, "*/header.bin").unlink(), id="header_gone"),
    ],
)
def test_nothing_depends_on_the_files_of_the_graph(
    built: Workplace, damage: Callable[[Workplace], object]
) -> None:
    damage(built)
    assert sources(built.reader(), "weekly histograms", k=1) == ["concepts/drift.md#Alerts"]


def test_a_broken_schema_does_not_end_the_process(built: Workplace) -> None:
    edit_bytes(built, b"CREATE TABLE migrations", b"CREATE TABL\xff migrations")
    program = """
import sys
from pathlib import Path
from interviewer.core.errors import KnowledgeError
from interviewer.core.paths import Places
from interviewer.retrieval.index import PassageIndex, Pointer, Rows, read_rows
from tests.retrieval.words import Words
try:
    PassageIndex(Places(Path(sys.argv[1]), None, "")).search("clicks")
except KnowledgeError as error:
    print(error)
"""
    command = [sys.executable, "-c", program, str(built.places.home)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "interviewer index" in ended.stdout
    assert built.build().embedded == PASSAGES


def test_vectors_of_another_model_are_never_compared_with_ours(built: Workplace) -> None:
    point_elsewhere(built, model="another", fingerprint="another")
    with pytest.raises(KnowledgeError, match="another model"):
        built.reader().search("clicks")
    state = index_state(built.places, [built.root])
    assert (state.status, state.usable) == ("missing", False)
    assert built.build().embedded == PASSAGES


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("Words.embed_documents = die", id="embedding"),
        pytest.param("Collection.upsert = die", id="storing"),
        pytest.param("builder.Pointer = die", id="before_the_switch"),
        pytest.param("builder._delete_others = die", id="after_the_switch"),
    ],
)
def test_a_builder_killed_half_way_leaves_an_index(built: Workplace, moment: str) -> None:
    built.write("concepts/new.md", "# New\n\nText.")
    program = f"""
import os, signal, sys
from pathlib import Path
from chromadb import Collection
from interviewer.retrieval import builder
from interviewer.core.paths import Places
from tests.retrieval.words import Words
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
{moment}
builder.build_index(Places(Path(sys.argv[1]), None, ""), [Path(sys.argv[2])], Words())
"""
    ended = subprocess.run(
        [sys.executable, "-c", program, str(built.places.home), str(built.root)],
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert ended.returncode == -9
    switched = "delete" in moment
    assert built.status() == ("ready" if switched else "missing")
    assert len(built.reader().search("clicks", k=100)) == PASSAGES + switched
    assert built.build() == BuildReport(PASSAGES + 1, int(not switched), not switched)
    assert len(built.collections()) == (2 if switched else 1)
    built.write("concepts/new.md", "# New\n\nOther text.")
    built.build()
    assert len(built.collections()) == 1


# At the start of a server


async def test_it_is_built_while_the_loop_is_free(work: Workplace) -> None:
    turns = 0
    task = asyncio.create_task(ensure_index(work.places, [work.root]))
    while not task.done():
        turns += 1
        await asyncio.wait([task], timeout=0.05)
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
