"""The passage index: built aside, incrementally; read while it changes; rebuilt when broken."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
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
from langchain_core.embeddings import Embeddings

from interviewer.core.errors import KnowledgeError
from interviewer.core.paths import Places
from interviewer.retrieval.builder import BuildReport, build_index
from interviewer.retrieval.embedding import DIMENSIONS
from interviewer.retrieval.index import PassageIndex
from interviewer.retrieval.state import ensure_index, index_state
from interviewer.retrieval.versions import checksums, writing

NOTES = {
    "concepts/drift.md": "# Drift\n\nInputs change.\n\n## Alerts\n\nCompare weekly histograms.\n",
    "concepts/bias.md": "# Bias\n\nTop slots get clicks.\n\n## Mistakes\n\nTrusting raw clicks.\n",
    "cases/feed/notes.md": "# Feed\n\n## Serving\n\nA cache keeps popular clicks close.\n",
}
PASSAGES = 5


class Words(Embeddings):
    """Vectors of words without a model: texts are close when they share words."""

    def __init__(self, before: Callable[[list[str]], object] = lambda texts: None) -> None:
        self.texts: list[str] = []
        self._before = before

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self._before(texts)
        self.texts += texts
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    def _vector(self, text: str) -> list[float]:
        vector = np.full(DIMENSIONS, 1e-3)
        for word in text.lower().replace(".", " ").replace(":", " ").split():
            vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % DIMENSIONS] += 1
        unit: list[float] = (vector / np.linalg.norm(vector)).tolist()
        return unit


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

    def versions(self) -> list[str]:
        return sorted(path.name for path in self.index.glob("0*"))

    def reader(self) -> contextlib.closing[PassageIndex]:
        return contextlib.closing(PassageIndex(self.index, Words()))


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
    with built.reader() as index:
        assert sources(index, query, **narrow) == expected


def test_a_hit_is_the_passage_and_its_cosine(built: Workplace) -> None:
    with built.reader() as index:
        best, *others = index.search("Drift: Alerts\nCompare weekly histograms.", k=100)
    assert len(others) == PASSAGES - 1
    assert best.passage.title == "Drift"
    assert best.passage.heading == "Alerts"
    assert best.passage.text == "Compare weekly histograms."
    assert best.score == pytest.approx(1, abs=1e-4)
    scores = [hit.score for hit in others]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] < 0.9


def test_threads_share_one_reader(built: Workplace) -> None:
    with built.reader() as index, ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: sources(index, "weekly histograms", k=1), range(20)))
    assert found == [["concepts/drift.md#Alerts"]] * 20


def test_no_index_says_what_to_do(work: Workplace) -> None:
    with work.reader() as index, pytest.raises(KnowledgeError, match="interviewer index"):
        index.search("drift")


def test_no_notes_make_an_empty_index(work: Workplace, tmp_path: Path) -> None:
    build_index(work.places, [tmp_path / "nowhere"], Words())
    with work.reader() as index:
        assert index.search("drift") == []


def test_readers_change_no_file_of_the_vectors(built: Workplace) -> None:
    chroma = built.index / "000001" / "chroma"
    before = checksums(chroma)
    for _ in range(2):
        with built.reader() as index:
            index.search("clicks", k=100)
    assert checksums(chroma) == before != {}


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
    assert len(built.versions()) == 1
    with built.reader() as index:
        assert len(index.search("clicks", k=100)) == expected.passages


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
    with built.reader() as index, built.reader() as idle:
        assert sources(index, "weekly histograms", k=1) == ["concepts/drift.md#Alerts"]
        idle.search("clicks")
        built.write("concepts/drift.md", "# Drift\n\n## Windows\n\nCompare weekly histograms.\n")
        built.build(
            Words(lambda texts: seen_meanwhile.extend(sources(index, "weekly histograms", k=1)))
        )
        assert seen_meanwhile == ["concepts/drift.md#Alerts"]
        assert built.versions() == ["000001", "000002"], "somebody still reads the first"
        assert sources(index, "weekly histograms", k=1) == ["concepts/drift.md#Windows"]
        built.write("concepts/drift.md", "# Drift\n\nGone.\n")
        built.build()
        assert built.versions() == ["000001", "000002", "000003"]
        assert sources(index, "gone", k=1) == sources(idle, "gone", k=1) == ["concepts/drift.md"]
    built.write("concepts/drift.md", "# Drift\n\nBack.\n")
    built.build()
    assert built.versions() == ["000004"], "nobody reads the others any more"


def test_a_reader_that_ended_without_a_word_holds_nothing(built: Workplace) -> None:
    lock = built.index / "000001" / "readers" / "1-dead.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.touch()
    built.write("concepts/new.md", "# New\n\nText.")
    built.build()
    assert built.versions() == ["000002"]


# One writer


@contextlib.contextmanager
def another_writer(index: Path) -> Iterator[threading.Event]:
    """Holds the writer's turn in another thread until the event is set."""
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with writing(index, 0):
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
    return next((work.index / "000001" / "chroma").glob(pattern))


def scramble(path: Path) -> None:
    path.write_bytes(bytes(255 - byte for byte in path.read_bytes()))


def point_elsewhere(work: Workplace, **values: str) -> None:
    pointer = work.index / "current.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | values))


def lead_out(work: Workplace) -> None:
    shutil.copytree(work.index / "000001", work.places.home / "outside")
    point_elsewhere(work, folder="../outside")


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
        pytest.param(lambda work: point_elsewhere(work, folder="000077"), id="pointer_to_nothing"),
        pytest.param(
            lambda work: scramble(chroma_file(work, "chroma.sqlite3")), id="sqlite_scrambled"
        ),
        pytest.param(lambda work: chroma_file(work, "chroma.sqlite3").unlink(), id="sqlite_gone"),
        pytest.param(
            lambda work: os.truncate(chroma_file(work, "chroma.sqlite3"), 100_000), id="sqlite_cut"
        ),
        pytest.param(
            lambda work: scramble(chroma_file(work, "*/data_level0.bin")), id="vectors_scrambled"
        ),
        pytest.param(lambda work: chroma_file(work, "*/header.bin").unlink(), id="vectors_gone"),
    ],
)
def test_a_damaged_index_is_noticed_and_built_again(
    built: Workplace, damage: Callable[[Workplace], object]
) -> None:
    damage(built)
    with built.reader() as index:
        with pytest.raises(KnowledgeError, match="interviewer index"):
            index.search("clicks")
        assert built.status() == "missing"
        assert built.build().changed
        assert len(index.search("clicks", k=100)) == PASSAGES
    assert built.status() == "ready"


def test_vectors_of_another_model_are_never_compared_with_ours(built: Workplace) -> None:
    point_elsewhere(built, model="another", fingerprint="another")
    with built.reader() as index, pytest.raises(KnowledgeError, match="another model"):
        index.search("clicks")
    state = index_state(built.places, [built.root])
    assert (state.status, state.usable) == ("missing", False)
    assert built.build().embedded == PASSAGES


def test_a_builder_killed_half_way_leaves_the_old_index(built: Workplace) -> None:
    built.write("concepts/new.md", "# New\n\nText.")
    program = """
import os, signal, sys
from pathlib import Path
from interviewer.retrieval.builder import build_index
from interviewer.core.paths import Places
class Dying:
    def embed_documents(self, texts):
        os.kill(os.getpid(), signal.SIGKILL)
build_index(Places(Path(sys.argv[1]), None, ""), [Path(sys.argv[2])], Dying())
"""
    ended = subprocess.run(
        [sys.executable, "-c", program, str(built.places.home), str(built.root)], check=False
    )
    assert ended.returncode == -9
    assert built.versions() == ["000001", "000002"]
    assert built.status() == "missing"
    with built.reader() as index:
        assert len(index.search("clicks", k=100)) == PASSAGES
    assert built.build() == BuildReport(PASSAGES + 1, 1, True)
    assert len(built.versions()) == 1


# In a child process


async def test_the_child_builds_while_the_loop_is_free(work: Workplace) -> None:
    turns = 0
    task = asyncio.create_task(ensure_index(work.places, [work.root]))
    while not task.done():
        turns += 1
        await asyncio.wait([task], timeout=0.05)
    state = task.result()
    assert (state.status, state.passages, state.reason) == ("ready", PASSAGES, "")
    assert turns > 1
    with contextlib.closing(PassageIndex(work.index)) as index:
        assert sources(index, "how do I notice that the data moved?", k=1) == ["concepts/drift.md"]


async def test_an_unchanged_start_needs_no_child(
    built: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncio, "create_subprocess_exec", None)
    assert (await ensure_index(built.places, [built.root])).status == "ready"


async def test_a_killed_child_is_told_and_the_next_start_tries_again(
    built: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = asyncio.create_subprocess_exec

    async def start_and_kill(*command: Any, **options: Any) -> Any:
        process = await start(*command, **options)
        process.kill()
        return process

    built.write("concepts/new.md", "# New\n\nText.")
    monkeypatch.setattr(asyncio, "create_subprocess_exec", start_and_kill)
    state = await ensure_index(built.places, [built.root])
    assert (state.status, state.usable, state.passages) == ("failed", True, PASSAGES)
    assert "-9" in state.reason
    assert built.status() == "failed"
    built.build()
    assert built.status() == "ready"


async def test_a_child_that_cannot_write_says_why(work: Workplace) -> None:
    work.places.home.write_text("a file where the folder should be")
    state = await ensure_index(work.places, [work.root])
    assert (state.status, state.usable) == ("failed", False)
    assert "cannot be written" in state.reason


async def test_a_cancelled_start_ends_its_child(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    start = asyncio.create_subprocess_exec

    async def remember(*command: Any, **options: Any) -> Any:
        started.append(await start(*command, **options))
        task.cancel()
        return started[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", remember)
    task = asyncio.create_task(ensure_index(work.places, [work.root]))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert started[0].returncode == -9
