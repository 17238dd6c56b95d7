"""What breaks is rebuilt: damaged indexes, and builders that were killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from interviewer.core.errors import KnowledgeError
from interviewer.retrieval.builder import BuildReport, index_state
from interviewer.retrieval.embedding import DIMENSIONS
from tests.retrieval.words import Words
from tests.retrieval.workplace import PASSAGES, Workplace, sources


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
