"""The passage index on a Chroma server: built there, read from there, done without when gone."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

import chromadb
import httpx2
import pytest
from chromadb.api.client import Client
from chromadb.config import Settings

from interviewer.core.errors import KnowledgeError
from interviewer.core.paths import Places
from interviewer.retrieval.builder import BuildReport, build_index, ensure_index, index_state
from interviewer.retrieval.index import PassageIndex, read_pointer
from tests.retrieval.words import Words

RUN = "import sys; from chromadb.cli.cli import app; sys.exit(app())"
PATIENCE = 60.0  # seconds for the server to start


pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Chroma's client leaves its connections to the garbage collector."""
    yield
    gc.collect()


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server, on a port of its own."""
    port, folder = free_port(), tmp_path_factory.mktemp("chroma")
    where = ["run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *where], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx2.get(f"{address}/api/v2/heartbeat", trust_env=False).raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("The Chroma server did not start.")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder of notes that no other test has."""
    folder = tmp_path / "knowledge"
    (folder / "concepts").mkdir(parents=True)
    text = f"# Drift\n\nCompare weekly histograms.\n\n## Alerts\n\nSeen at {tmp_path.name}.\n"
    (folder / "concepts/drift.md").write_text(text)
    return folder


def home(folder: Path, address: str, name: str = "home") -> Places:
    return Places(folder / name, None, "", chroma=address)


def build(places: Places, notes: Path) -> BuildReport:
    return build_index(places, [notes], Words())


def found(places: Places) -> list[str]:
    hits = PassageIndex(places, Words()).search("weekly histograms", k=1)
    return [hit.passage.text for hit in hits]


@contextmanager
def client_of(address: str) -> Iterator[Client]:
    port = int(address.rpartition(":")[2])
    settings = Settings(anonymized_telemetry=False)
    client = cast("Client", chromadb.HttpClient("127.0.0.1", port, settings=settings))
    try:
        yield client
    finally:
        client.close()


def names(address: str) -> set[str]:
    with client_of(address) as client:
        return {collection.name for collection in client.list_collections()}


def test_it_is_built_on_the_server_and_read_from_there(
    address: str, notes: Path, tmp_path: Path
) -> None:
    places = home(tmp_path, address)
    assert build(places, notes) == BuildReport(2, 2, True)
    assert index_state(places, [notes]).status == "ready"
    assert found(places) == ["Compare weekly histograms."]
    assert not [path for path in places.index.iterdir() if path.is_dir()]
    assert build(places, notes) == BuildReport(2, 0, False)


def test_only_new_text_is_embedded_and_the_old_collection_deleted(
    address: str, notes: Path, tmp_path: Path
) -> None:
    places = home(tmp_path, address)
    build(places, notes)
    before = names(address)
    index = PassageIndex(places, Words())
    index.search("drift")
    (notes / "concepts/bias.md").write_text("# Bias\n\nTop slots get clicks.\n")
    assert build(places, notes) == BuildReport(3, 1, True)
    assert len(names(address)) == len(before)
    assert names(address) != before
    assert len(index.search("drift", k=100)) == 3


def test_two_homes_with_the_same_notes_share_a_collection(
    address: str, notes: Path, tmp_path: Path
) -> None:
    one, other = home(tmp_path, address), home(tmp_path, address, "other")
    build(one, notes)
    before = names(address)
    build(other, notes)
    assert names(address) == before
    assert found(one) == found(other)


async def test_what_the_server_lost_is_missed_by_nobody_who_read_it_and_built_again(
    address: str, notes: Path, tmp_path: Path
) -> None:
    places = home(tmp_path, address)
    build(places, notes)
    reader = PassageIndex(places, Words())
    reader.search("drift")
    pointer = read_pointer(places)
    assert pointer is not None
    with client_of(address) as client:
        client.delete_collection(pointer.collection)
    assert reader.search("drift")
    with pytest.raises(KnowledgeError, match="interviewer index"):
        found(places)
    assert (await ensure_index(places, [notes])).status == "ready"
    assert PassageIndex(places).search("drift")


def test_another_address_is_another_index(address: str, notes: Path, tmp_path: Path) -> None:
    build(home(tmp_path, address), notes)
    assert index_state(Places(tmp_path / "home", None, ""), [notes]).status == "missing"
    elsewhere = home(tmp_path, f"http://127.0.0.1:{free_port()}")
    assert index_state(elsewhere, [notes]).status == "missing"


async def test_a_server_that_is_not_there_is_named(notes: Path, tmp_path: Path) -> None:
    places = home(tmp_path, f"http://127.0.0.1:{free_port()}")
    state = await ensure_index(places, [notes])
    assert (state.status, state.usable) == ("failed", False)
    assert str(places.chroma) in state.reason
    assert "INTERVIEWER_CHROMA" in state.reason


def test_a_server_that_went_away_is_not_asked_for_every_search(
    address: str, notes: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    places = home(tmp_path, address)
    build(places, notes)
    gone = home(tmp_path, f"http://127.0.0.1:{free_port()}")
    pointer = places.index / "current.json"
    pointer.write_text(pointer.read_text().replace(address, str(gone.chroma)))
    index = PassageIndex(gone, Words())
    for _ in range(3):
        with pytest.raises(KnowledgeError, match="INTERVIEWER_CHROMA"):
            index.search("drift")
    assert len([record for record in caplog.records if record.name == "interviewer"]) == 1
    assert index_state(gone, [notes]).usable, "it may come back"


def test_a_server_that_never_answers_is_not_waited_for(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interviewer.retrieval.index.PATIENCE", 0.2)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        places = home(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(KnowledgeError, match="INTERVIEWER_CHROMA"):
            build(places, notes)
