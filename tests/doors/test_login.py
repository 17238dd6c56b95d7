"""The shared login: what is let in, what is slowed down, and where it leads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from interviewer.errors import StoreError
from interviewer.face.doors.arrival import Arrival
from interviewer.face.doors.login import MONTH, Login
from interviewer.face.doors.owner import owner_of
from interviewer.face.doors.password import (
    CROWD,
    FORGOTTEN_AFTER,
    FREE_TRIES,
    LONGEST_WAIT,
    PASSWORD_LIMIT,
    REMEMBERED,
    Password,
    TooManyTries,
)
from interviewer.face.doors.revoked import MOST, Revoked
from interviewer.face.doors.signing import Signer, signing_key
from interviewer.face.site import Site, read_site
from interviewer.settings import Places
from tests.homes import places_in

KEY = b"k" * 32
SITE = read_site("127.0.0.1", ("coach.example.org",), "/coach", {"INTERVIEWER_PASSWORD": "secret"})


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


async def inside(scope: Scope, receive: Receive, send: Send) -> None:
    """Says how a request looks behind the doors."""
    told = f"{owner_of(scope)} {Request(scope).base_url} {scope['path']}"
    await PlainTextResponse(told)(scope, receive, send)


@asynccontextmanager
async def served(clock: Clock, site: Site = SITE) -> AsyncIterator[httpx.AsyncClient]:
    app = Arrival(Login(inside, site, KEY, clock), site)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    base = "https://coach.example.org/coach"
    proxy = {"x-forwarded-proto": "https", "x-forwarded-for": "10.1.1.1"}
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=proxy) as client:
        yield client


async def test_below_a_path_behind_a_proxy() -> None:
    async with served(Clock()) as client:
        entered = await client.post("/login", data={"password": "secret", "next": "/study?q=1"})
        assert entered.headers["location"] == "/coach/study?q=1"
        for cookie in entered.headers.get_list("set-cookie"):
            assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" in cookie
            assert "Path=/coach" in cookie
        for path in ("/coach/study", "/study"):  # handed on as it is, or without the path
            line = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
            address = f"https://coach.example.org{path}"
            told = (await client.get(address, headers={"cookie": line})).text
            owner, base, seen = told.split(" ")
            assert len(owner) == 32 and seen == "/coach/study"
            assert base == "https://coach.example.org/coach/"


async def test_a_login_ends_after_a_month() -> None:
    clock = Clock()
    async with served(clock) as client:
        await client.post("/login", data={"password": "secret"})
        clock.now += MONTH - 1
        assert (await client.get("/study")).status_code == 200
        clock.now += 1
        assert (await client.get("/study")).status_code == 401


async def test_another_password_ends_every_login_and_keeps_the_owner() -> None:
    other = read_site("127.0.0.1", SITE.names, "/coach", {"INTERVIEWER_PASSWORD": "another"})
    clock = Clock()
    async with served(clock) as client, served(clock, other) as later:
        await client.post("/login", data={"password": "secret"})
        owner = (await client.get("/x")).text.split()[0]
        later.cookies = client.cookies
        assert (await later.get("/study")).status_code == 401
        assert (await later.post("/login", data={"password": "secret"})).status_code == 401
        await later.post("/login", data={"password": "another"})
        assert (await later.get("/x")).text.split()[0] == owner


@pytest.mark.parametrize(
    ("after", "leads"),
    [
        ("/study", "/study"),
        ("/?interview=a", "/?interview=a"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nset-cookie: x", "/"),
        ("/\u00e9", "/"),
        ("/" + "x" * 500, "/"),
    ],
)
async def test_a_login_leads_back_inside(after: str, leads: str) -> None:
    async with served(Clock()) as client:
        entered = await client.post("/login", data={"password": "secret", "next": after})
    assert entered.headers["location"] == f"/coach{leads}"


async def test_the_form_works_without_a_script_and_shows_no_markup_of_others() -> None:
    async with served(Clock()) as client:
        accepts = {"accept": "text/html"}
        sent_away = await client.get("/study?q=<b>", headers=accepts)
        form = await client.get(f"https://coach.example.org{sent_away.headers['location']}")
        assert 'action="/coach/login"' in form.text and "<script" not in form.text
        assert 'value="/study?q=%3Cb%3E"' in form.text
        assert "no-store" in form.headers["cache-control"]
        hostile = await client.get('/login?next=/"><script>')
        assert "<script" not in hostile.text
        assert "form-action 'self'" in form.headers["content-security-policy"]


@pytest.mark.parametrize(
    "body", [b"", b"&" * 1000, b"password", b"%ff%fe=1", b"\xff\xfe", b"password=a&" * 5_000]
)
async def test_what_is_no_form_is_a_wrong_password(body: bytes) -> None:
    async with served(Clock()) as client:
        assert (await client.post("/login", content=body)).status_code == 401


async def test_wrong_passwords_are_told_and_slowed_down() -> None:
    async with served(Clock()) as client:
        for _ in range(FREE_TRIES):
            wrong = await client.post("/login", data={"password": "guess"})
            assert wrong.status_code == 401 and "not the password" in wrong.text
        waits = await client.post("/login", data={"password": "secret"})
        assert waits.status_code == 429 and waits.headers["retry-after"] in ("1", "2")
        elsewhere = {"x-forwarded-for": "10.1.1.2"}
        entered = await client.post("/login", data={"password": "secret"}, headers=elsewhere)
        assert entered.status_code == 303


async def test_each_wrong_try_doubles_the_wait_up_to_a_minute() -> None:
    clock = Clock()
    password = Password("secret", KEY, clock)
    waits = []
    for _ in range(FREE_TRIES + 8):
        assert not await password.is_right("guess", "a")
        waits.append(password.wait_of("a"))
        clock.now += waits[-1]
    assert waits == [0.0] * (FREE_TRIES - 1) + [1, 2, 4, 8, 16, 32, *[LONGEST_WAIT] * 3]
    assert await password.is_right("secret", "a") and password.wait_of("a") == 0


async def test_wrong_tries_are_forgotten_and_bounded() -> None:
    clock = Clock()
    password = Password("secret", KEY, clock)
    for _ in range(FREE_TRIES):
        await password.is_right("guess", "a")
    assert password.wait_of("a") > 0
    clock.now += FORGOTTEN_AFTER + 1
    assert password.wait_of("a") == 0
    for number in range(REMEMBERED + 5):
        password._count_wrong(str(number))
    assert len(password._wrong) == REMEMBERED


async def test_guesses_from_everywhere_are_heard_one_a_second() -> None:
    clock = Clock()
    password = Password("secret", KEY, clock)
    for number in range(CROWD):
        password._count_wrong(str(number))
    with pytest.raises(TooManyTries):
        await password.is_right("secret", "new")
    clock.now += 1.0
    assert await password.is_right("secret", "new")


async def test_the_longest_password_is_compared_whole() -> None:
    longest = "x" * PASSWORD_LIMIT
    password = Password(longest, KEY)
    assert await password.is_right(longest, "a")
    assert not await password.is_right(longest + "x", "a")
    assert not await password.is_right("\ud800", "a")


def test_signatures() -> None:
    signer = Signer(KEY, "login")
    assert signer.read(signer.sign("value")) == "value"
    for forged in ("", ".", "value", "value.", "value.00", "other" + signer.sign("value")[5:]):
        assert signer.read(forged) is None
    assert Signer(KEY, "owner").read(signer.sign("value")) is None
    assert Signer(b"other" * 8, "login").read(signer.sign("value")) is None


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path_factory: pytest.TempPathFactory) -> None:
    places: Places = places_in(tmp_path_factory.mktemp("keys"))
    key = signing_key(places)
    file = places.home / "signing_key"
    assert signing_key(places) == key and len(key) == 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in places.home.iterdir()] == ["signing_key"]
    for spoilt in ("", "zz", "00ff"):
        file.write_text(spoilt)
        with pytest.raises(StoreError, match="key file"):
            signing_key(places)


def test_ended_logins_are_bounded() -> None:
    revoked = Revoked(100.0)
    for number in range(MOST + 1):
        revoked.add(str(number), 0.0)
    assert "0" not in revoked and "1" in revoked and str(MOST) in revoked
    revoked.add("late", 100.0)
    assert "1" not in revoked and "late" in revoked
