"""The shared login: what is let in, what is slowed down, and where it leads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from interviewer.core.errors import StoreError
from interviewer.core.paths import Places
from interviewer.web.doors.arrival import Arrival
from interviewer.web.doors.cookies import ENDED, MONTH, MOST, Revoked, Signer, signing_key
from interviewer.web.doors.login import Login
from interviewer.web.doors.password import (
    CROWD,
    FORGOTTEN_AFTER,
    FREE_TRIES,
    LONGEST_WAIT,
    PASSWORD_LIMIT,
    REMEMBERED,
    Password,
    TooManyTries,
)
from interviewer.web.doors.visitors import network_of, owner_of
from interviewer.web.site import Site, read_site
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
async def served(
    clock: Clock, site: Site = SITE, ended: Path | None = None
) -> AsyncIterator[httpx2.AsyncClient]:
    base = f"https://coach.example.org{site.root}"
    proxy = {"x-forwarded-proto": "https", "x-forwarded-for": "10.1.1.1"}
    with TemporaryDirectory() as folder:
        login = Login(inside, site, KEY, ended or Path(folder) / ENDED, clock)
        transport = httpx2.ASGITransport(Arrival(login, site), client=("127.0.0.1", 1))
        async with httpx2.AsyncClient(transport=transport, base_url=base, headers=proxy) as client:
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
    "body", [b"", b"&" * 1000, b"password", b"%ff%fe=1", b"\xff\xfe", b"password=a&" * 1_000]
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


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.1.1", "10.1.1.1"),
        ("::ffff:10.1.1.1", "10.1.1.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_whose_address_it_is(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_a_household_of_addresses_is_one_guesser() -> None:
    password = Password("secret", KEY, Clock())
    for number in range(FREE_TRIES):
        assert not await password.is_right("guess", f"2001:db8::{number}")
    with pytest.raises(TooManyTries):
        await password.is_right("secret", "2001:db8::ffff")
    assert await password.is_right("secret", "2001:db8:0:1::1")


async def test_who_was_in_before_is_not_kept_out_by_guesses_of_others() -> None:
    password = Password("secret", KEY, Clock())
    for number in range(CROWD):
        password._count_wrong(str(number % 3))
    for address in ("0", "new"):  # a neighbour guesses; everybody guesses
        with pytest.raises(TooManyTries):
            await password.is_right("secret", address)
        assert await password.is_right("secret", address, "owner")
    for _ in range(FREE_TRIES):
        assert not await password.is_right("guess", "new", "owner")
    with pytest.raises(TooManyTries):
        await password.is_right("secret", "new", "owner")
    assert await password.is_right("secret", "new", "another owner")


async def test_a_browser_that_was_in_before_passes_its_neighbours() -> None:
    async with served(Clock()) as client:
        await client.post("/login", data={"password": "secret"})
        kept = line_of(client.cookies)
        await client.post("/logout")
        client.cookies.clear()
        for _ in range(FREE_TRIES):
            await client.post("/login", data={"password": "guess"})
        told = {
            cookie: (
                await client.post("/login", data={"password": "secret"}, headers={"cookie": cookie})
            ).status_code
            for cookie in ("", kept)
        }
        assert told == {"": 429, kept: 303}


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


def test_ended_logins_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)
    file = tmp_path / ENDED
    revoked = Revoked(100.0, file)
    for number in range(MOST + 1):
        revoked.add(str(number), 0.0)
    assert "0" not in revoked and "1" in revoked and str(MOST) in revoked
    revoked.add("late", 100.0)
    assert "1" not in revoked and "late" in revoked
    for number in range(MOST):
        revoked.add(f"later-{number}", 100.0)
    assert len(file.read_text().splitlines()) <= 2 * MOST
    assert file.stat().st_mode & 0o777 == 0o600


def test_ended_logins_are_read_again_without_what_is_spoilt(tmp_path: Path) -> None:
    file = tmp_path / ENDED
    Revoked(100.0, file).add("a", 7.0)
    file.write_bytes(file.read_bytes() + b"\xff \xff\n-1 x\n8 b\n9\n99")
    again = Revoked(100.0, file)
    assert "a" in again and "b" in again and "x" not in again
    again.add("late", 107.0)
    assert "a" not in again and "b" in again


async def test_a_logout_outlasts_a_restart(tmp_path: Path) -> None:
    clock, ended = Clock(), tmp_path / ENDED
    async with served(clock, ended=ended) as client:
        await client.post("/login", data={"password": "secret"})
        kept = line_of(client.cookies)
        await client.post("/logout")
    async with served(clock, ended=ended) as later:
        assert (await later.get("/study", headers={"cookie": kept})).status_code == 401


@pytest.mark.parametrize(("root", "prefix"), [("", "__Host-"), ("/coach", "__Secure-")])
async def test_under_https_the_browser_keeps_others_from_setting_cookies(
    root: str, prefix: str
) -> None:
    site = read_site("127.0.0.1", SITE.names, root, {"INTERVIEWER_PASSWORD": "secret"})
    async with served(Clock(), site) as client:
        entered = await client.post("/login", data={"password": "secret"})
        for cookie in entered.headers.get_list("set-cookie"):
            assert cookie.startswith(prefix) and "Secure" in cookie and "Domain" not in cookie
            assert f"Path={root or '/'};" in cookie
        assert (await client.get("/study")).status_code == 200


async def test_a_new_login_keeps_the_owner_that_the_last_one_named() -> None:
    """Not one that another page has put in its place since."""
    async with served(Clock()) as client, served(Clock()) as attacker:
        for each in (client, attacker):
            await each.post("/login", data={"password": "secret"})
        owner = (await client.get("/x")).text.split()[0]
        name = next(name for name in client.cookies if "owner" in name)
        mixed = line_of({**client.cookies, name: attacker.cookies[name]})
        headers = {"cookie": mixed}
        assert (await client.get("/x", headers=headers)).status_code == 401
        await client.post("/login", data={"password": "secret"}, headers=headers)
        assert (await client.get("/x")).text.split()[0] == owner


def line_of(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
