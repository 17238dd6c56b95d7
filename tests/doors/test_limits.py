"""What is too long, too slow or too much is cut, and nobody else notices."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from interviewer.web.doors.bodies import BODY_LIMIT, PATIENCE
from interviewer.web.doors.connections import HEAD_LIMIT, HEAD_SECONDS, PIPELINED
from interviewer.web.doors.login import LOGIN_LIMIT, LOGIN_PATIENCE
from tests.browser.driver import Server
from tests.doors.conftest import Visit
from tests.doors.visitor import JOIN, Visitor

HEAD = "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n"


POST_LOGIN = "POST /login HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=40) as connection:
        yield connection


def head(server: Server, *more: str) -> bytes:
    return "".join([HEAD.format(JOIN, server.port), *(f"{line}\r\n" for line in more)]).encode()


def rest_of(connection: socket.socket) -> bytes:
    """Everything until the server ends the connection."""
    received = b""
    try:
        while some := connection.recv(65536):
            received += some
    except ConnectionResetError:
        pass
    return received


@pytest.mark.parametrize(("length", "status"), [(BODY_LIMIT, 400), (BODY_LIMIT + 1, 413)])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_fits_or_is_refused(
    visitor: Visitor, length: int, status: int, chunked: bool
) -> None:
    body = b" " * length
    content = iter([body[:1000], body[1000:]]) if chunked else body
    response = visitor.client.post(
        JOIN, content=content, headers={"content-type": "application/json"}
    )
    assert response.status_code == status
    if status == 413:
        assert response.json()["detail"].startswith("This is too long")


def test_what_is_announced_as_too_long_is_refused_before_it_comes(alone: Server) -> None:
    for length in ("999999999999", "9" * 40, "-1", "+5", "0x10"):
        with connected(alone) as connection:
            connection.sendall(head(alone, f"Content-Length: {length}", "") + b"{}")
            assert rest_of(connection).split(b" ")[1] in (b"400", b"413"), length


def test_half_a_head_half_a_body_and_silence_are_cut(alone: Server) -> None:
    """All three at once, so that their waits are one."""
    with ExitStack() as stack:
        opened = [stack.enter_context(connected(alone)) for _ in range(4)]
        opened[0].sendall(b"GET / HTTP/1.1\r\nHost: 127")
        opened[1].sendall(head(alone, "Content-Length: 1000", "") + b'{"data"')
        opened[2].sendall(head(alone, "Transfer-Encoding: chunked", "") + b"5\r\n12345\r\n")
        start = time.monotonic()
        answers = [rest_of(connection) for connection in opened]
        taken = time.monotonic() - start
    assert answers[0] == answers[3] == b""
    assert answers[1].startswith(b"HTTP/1.1 408") and answers[2].startswith(b"HTTP/1.1 408")
    assert min(HEAD_SECONDS, PATIENCE) <= taken < 30


def test_a_head_that_never_ends_is_cut(alone: Server) -> None:
    with connected(alone) as connection:
        connection.sendall(head(alone))
        line = b"x-filling: " + b"x" * 8_000 + b"\r\n"
        sent = 0
        try:
            while sent < 200 * HEAD_LIMIT:
                sent += connection.send(line)
        except OSError:
            pass
        assert sent < 200 * HEAD_LIMIT


def test_others_are_served_while_a_crowd_keeps_the_server_waiting(
    alone: Server, visitor: Visitor
) -> None:
    with ExitStack() as stack:
        for number in range(500):
            connection = stack.enter_context(connected(alone))
            half = head(alone) if number % 2 else head(alone, "Content-Length: 99", "") + b"{"
            connection.sendall(half)
        start = time.monotonic()
        for _ in range(5):
            assert visitor.client.get("/config").status_code == 200
        assert time.monotonic() - start < 10


def test_more_connections_than_fit_make_room(alone: Server, visitor: Visitor) -> None:
    with ExitStack() as stack:
        opened = [stack.enter_context(connected(alone)) for _ in range(1_010)]
        assert visitor.client.get("/health").status_code == 200
        opened[0].settimeout(5)
        assert opened[0].recv(10) == b""  # the one that was quiet longest


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_requests_whose_bodies_never_come_make_room(
    shared: Server, visit: Visit, method: str
) -> None:
    unfinished = f"{method} /login HTTP/1.1\r\nHost: 127.0.0.1:{shared.port}\r\n"
    with ExitStack() as stack:
        for _ in range(1_050):
            connection = stack.enter_context(connected(shared))
            connection.sendall(f"{unfinished}Content-Length: 100\r\n\r\n".encode())
        for _ in range(8):
            newcomer = visit(shared)
            assert newcomer.client.get("/login").status_code == 200


def test_what_takes_no_body_waits_for_none(alone: Server) -> None:
    for more in ("Content-Length: 100", "Transfer-Encoding: chunked"):
        with connected(alone) as connection:
            asked = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{alone.port}\r\n{more}\r\n\r\n"
            connection.sendall(asked.encode())
            connection.settimeout(LOGIN_PATIENCE)
            assert rest_of(connection).startswith(b"HTTP/1.1 400")


def test_trailers_without_end_are_cut(shared: Server) -> None:
    start = POST_LOGIN.format(shared.port) + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    for unit in (b"a:b\r\n" * 1_000, b"X: " + b"y" * 8_000):
        with connected(shared) as connection:
            connection.sendall(start.encode())
            sent = 0
            try:
                while sent < 200 * HEAD_LIMIT:
                    sent += connection.send(unit)
            except OSError:
                pass
            assert sent < 200 * HEAD_LIMIT


def test_without_a_login_little_is_taken_in_and_not_for_long(shared: Server) -> None:
    long = POST_LOGIN.format(shared.port) + f"Content-Length: {LOGIN_LIMIT + 1}\r\n\r\n"
    slow = POST_LOGIN.format(shared.port) + "Content-Length: 100\r\n\r\npassword="
    joins = head(shared, "Content-Length: 200000", "").decode()
    told, start = [], time.monotonic()
    with ExitStack() as stack:
        opened = [stack.enter_context(connected(shared)) for _ in range(3)]
        for connection, sends in zip(opened, (long + "x" * LOGIN_LIMIT, slow, joins), strict=True):
            connection.sendall(sends.encode())
        told = [rest_of(connection)[9:12] for connection in opened[:2]]
        told.append(opened[2].recv(100)[9:12])
    assert told == [b"413", b"408", b"401"]
    assert time.monotonic() - start < PATIENCE


def test_requests_sent_ahead_of_their_answers_are_cut(alone: Server, visitor: Visitor) -> None:
    ask = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{alone.port}\r\n\r\n".encode()
    with connected(alone) as connection:
        connection.sendall(ask * (PIPELINED // 2))
        some = b""
        while some.count(b"200 OK") < PIPELINED // 2:
            some += connection.recv(65536)
    with connected(alone) as connection:
        with suppress(OSError):
            connection.sendall(ask * 1_200)
        assert rest_of(connection).count(b"200 OK") < 1_200
    assert visitor.client.get("/health").status_code == 200


def test_events_that_nobody_reads_are_bounded(alone: Server, visitor: Visitor) -> None:
    handler = visitor.handler("sketch.change")
    sent = [visitor.join(handler, ["a -> b"]).status_code for _ in range(20)]
    assert sent == [200] * 16 + [429] * 4
    assert "\n".join(visitor.answers()).count("process_completed") == 16
    assert visitor.join(handler, ["a -> b"]).status_code == 200
