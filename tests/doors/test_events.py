"""Whatever an event of the page carries: no file, no trace, no echo, one sentence at most."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from interviewer.web.browser_memory import Memory
from interviewer.web.doors.event_queue import UNREAD, Malformed, bound, read_event
from tests.browser.driver import Server
from tests.doors.conftest import Visit
from tests.doors.visitor import JOIN, Handler, Visitor

MARK = "echoed-mark"
FILE = {"path": "/proc/self/environ", "meta": {"_type": "gradio.FileData"}, "orig_name": MARK}
RUBBISH: tuple[Any, ...] = (
    None,
    {},
    [],
    FILE,
    [FILE],
    [[{"a": FILE}]],
    {"interview": FILE, "seen": FILE, "settings": {"level": FILE, MARK: FILE}},
    {"interview": None, "seen": 0, "settings": {}, "x": FILE, MARK: MARK},
    {"interview": ["a"], "seen": None, "settings": [FILE]},
    {"interview": "0" * 32, "seen": -5, "settings": MARK},
    {"settings": {"level": MARK, "minutes": 10**400}},
    {"meta": None, "path": "/etc/passwd"},
    {"__type__": "update", "value": MARK},
    10**30,
    1.5,
    True,
    "\ud800",
)
CLICKS: tuple[Any, ...] = (
    *(None, FILE, [FILE], MARK, 7),
    *({"act": FILE}, {"case": FILE, "interview": [FILE]}, {"act": "start", "case": "\ud800"}),
    *({"act": act} for act in ("again", "rejudge", "link", "unlink", "pause", "start", "x")),
    {"act": "again", "step": "none"},
    {"act": "start", "case": "none", "variant": "none", "concept": "none"},
    {"interview": "' OR 1=1 --"},
)
SECRETS = ("sk-SECRET", "root:x:", "OPENAI_API_KEY", "/tmp/gradio", "Traceback", "sqlite")


@pytest.fixture(scope="module")
def names(alone: Server, visit: Visit) -> list[str]:
    return [handler.name for handler in visit(alone).all_handlers()]


def batches(visitor: Visitor, names: list[str]) -> Iterator[list[Handler]]:
    """All events, as many at once as one session may have waiting."""
    for first in range(0, len(names), UNREAD):
        yield [visitor.handler(name) for name in names[first : first + UNREAD]]


def expect_nothing(answers: str, events: int, server: Server) -> None:
    assert answers.count("process_completed") == events
    assert '"success":false' not in answers, answers[-500:]
    assert not [secret for secret in SECRETS if secret in answers]
    assert "Traceback" not in server.log()


@pytest.mark.parametrize("value", RUBBISH, ids=lambda value: repr(value)[:40])
def test_rubbish_in_every_input_of_every_event(
    alone: Server, visitor: Visitor, names: list[str], value: Any
) -> None:
    for some in batches(visitor, names):
        for handler in some:
            sent = visitor.join(handler, [value] * len(handler.inputs), {"case": "none"})
            assert sent.status_code == 200
        answers = "\n".join(visitor.answers())
        expect_nothing(answers, len(some), alone)
        assert MARK not in answers


@pytest.mark.parametrize("data", CLICKS, ids=lambda value: repr(value)[:40])
def test_rubbish_in_the_click_of_every_event(
    alone: Server, visitor: Visitor, names: list[str], data: Any
) -> None:
    for some in batches(visitor, names):
        for handler in some:
            kinds = [kind for _, kind in handler.inputs]
            values = [Memory().kept() if kind == "browserstate" else "" for kind in kinds]
            assert visitor.join(handler, values, data).status_code == 200
        expect_nothing("\n".join(visitor.answers()), len(some), alone)


def test_nothing_was_copied(alone: Server) -> None:
    for folder in Path("/tmp/gradio").glob("*"):
        assert not (folder / "environ").exists() or folder.stat().st_mtime < alone.started


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"data": []}',
        b'{"fn_index": 0, "data": []}',
        b'{"fn_index": 0, "data": [{}], "session_hash": 7}',
        b'{"fn_index": 0, "data": [{}], "session_hash": "../x"}',
        b'{"fn_index": 0, "data": [{}], "session_hash": ""}',
        b'{"fn_index": 0, "data": [{}, {}], "session_hash": "a"}',
        b'{"fn_index": 999, "data": [{}], "session_hash": "a"}',
        b'{"fn_index": "0", "data": [{}], "session_hash": "a"}',
        b'{"fn_index": true, "data": [{}], "session_hash": "a"}',
        b'{"fn_index": 0, "data": {"0": {}}, "session_hash": "a"}',
        b'{"fn_index": 0, "data": [1e999], "session_hash": "%s"}' % (b"9" * 65),
    ],
    ids=lambda body: repr(body[:60]),
)
def test_what_is_no_event_is_a_sentence(alone: Server, visitor: Visitor, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = visitor.client.post(JOIN, content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["detail"].endswith("Load the page again.")
    assert "Traceback" not in alone.log()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_form_could_send_is_no_event(visitor: Visitor, kind: str) -> None:
    handler = visitor.handler("page.load")
    job = {"fn_index": handler.number, "session_hash": "a", "data": [Memory().kept()]}
    response = visitor.client.post(JOIN, content=json.dumps(job), headers={"content-type": kind})
    assert response.status_code == 400


def test_other_fields_of_an_event_do_not_reach_gradio() -> None:
    sent = {
        **{"fn_index": 3, "session_hash": "a", "data": [{"x": FILE}, "t", [FILE]]},
        **{"event_id": "e", "simple_format": True, "batched": True, "oauth_token": "t"},
        **{"trigger_id": -4, "event_data": {"act": "go", "file": FILE}, "api_name": "x"},
    }
    assert read_event(json.dumps(sent).encode(), {3: 3}.get) == {
        **{"fn_index": 3, "session_hash": "a", "data": [Memory().kept(), "t", None]},
        **{"trigger_id": None, "event_data": {"act": "go"}},
    }


@pytest.mark.parametrize(("length", "taken"), [(1, True), (64, True), (65, False), (0, False)])
def test_a_session_has_a_short_name(length: int, taken: bool) -> None:
    body = json.dumps({"fn_index": 0, "session_hash": "s" * length, "data": []}).encode()
    if taken:
        assert read_event(body, {0: 0}.get)["session_hash"] == "s" * length
    else:
        with pytest.raises(Malformed):
            read_event(body, {0: 0}.get)


def test_a_session_is_bound_to_its_owner() -> None:
    names = {bound("s", ""), bound("s", "a"), bound("s", "b"), bound("t", "a")}
    assert len(names) == 4 and bound("s", "") == "s"


def test_an_unknown_stream_ends_at_once_without_a_trace(alone: Server, visitor: Visitor) -> None:
    assert '"session_not_found": true' in visitor.answers()[0]
    assert "Traceback" not in alone.log()


def test_a_browser_whose_memory_is_spoilt_works_again(visitor: Visitor) -> None:
    answers = visitor.call("page.load", [{"interview": 3, "settings": None}])
    assert '"interview":null,"seen":0,"settings":{"level":"senior"' in answers
    assert 'role=\\"alert' not in answers
