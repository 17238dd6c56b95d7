"""Who may come in, and under which name: what is refused before a port is opened."""

from __future__ import annotations

import subprocess

import pytest

from interviewer.core.errors import SettingsError
from interviewer.web.doors.password import SHORT
from interviewer.web.server import greeting, warn_of
from interviewer.web.site import Site, read_site, split_authority
from tests.browser.driver import Server, free_port

SECRET = {"INTERVIEWER_PASSWORD": "secret"}


@pytest.mark.parametrize(
    ("host", "names", "environ", "says"),
    [
        ("0.0.0.0", (), {}, "--allow-host NAME"),
        ("0.0.0.0", (), SECRET, "--allow-host NAME"),
        ("0.0.0.0", ("a.b",), {}, "INTERVIEWER_PASSWORD"),
        ("0.0.0.0", ("a.b",), {"INTERVIEWER_PASSWORD": ""}, "INTERVIEWER_PASSWORD"),
        ("::", (), {}, "--allow-host NAME"),
        ("192.168.1.5", (), SECRET, "--allow-host NAME"),
        ("127.0.0.2", (), {}, "--allow-host NAME"),
        ("", (), {}, "--allow-host NAME"),
        ("127.0.0.1", ("a.b",), {}, "INTERVIEWER_PASSWORD"),
    ],
)
def test_open_to_others_needs_a_name_and_a_password(
    host: str, names: tuple[str, ...], environ: dict[str, str], says: str
) -> None:
    with pytest.raises(SettingsError, match="open to others") as refused:
        read_site(host, names, "", environ)
    assert says in str(refused.value)


@pytest.mark.parametrize("name", ["", "*", "http://a.b", "a.b/x", "a.b:80", "a b", "-a", "ü.de"])
def test_a_name_is_as_it_stands_in_the_address_bar(name: str) -> None:
    with pytest.raises(SettingsError, match="host name"):
        read_site("127.0.0.1", (name,), "", SECRET)


@pytest.mark.parametrize("root", ["..", "/a/../b", "a b", "/a?b", "/a//b", "http://a.b/c", "/ü"])
def test_a_root_path_is_plain(root: str) -> None:
    with pytest.raises(SettingsError, match="root path"):
        read_site("127.0.0.1", (), root, {})


@pytest.mark.parametrize(
    ("given", "root"), [("", ""), ("/", ""), ("coach", "/coach"), ("/a/b-c/", "/a/b-c")]
)
def test_root_paths_that_are(given: str, root: str) -> None:
    assert read_site("127.0.0.1", (), given, {}).root == root


def test_what_is_admitted() -> None:
    alone = read_site("127.0.0.1", (), "", {})
    assert alone.admitted == {"127.0.0.1", "localhost", "::1"} and not alone.behind_proxy
    proxied = read_site("127.0.0.1", ("Coach.Example.org.",), "", SECRET)
    assert proxied.admitted == {*alone.admitted, "coach.example.org"}
    assert read_site("0.0.0.0", ("10.0.0.5", "::2"), "", SECRET).admitted == {"10.0.0.5", "::2"}


@pytest.mark.parametrize(
    ("authority", "parts"),
    [
        ("Localhost:1", ("localhost", "1")),
        ("[::1]:80", ("::1", "80")),
        ("[::1]", ("::1", "")),
        ("a.b.", ("a.b", "")),
        ("a.b:x", ("a.b", "x")),
        ("", ("", "")),
    ],
)
def test_a_name_and_its_port(authority: str, parts: tuple[str, str]) -> None:
    assert split_authority(authority) == parts


@pytest.mark.parametrize(
    ("client", "names", "proxies", "believed"),
    [
        ("127.0.0.1", ("a.b",), "", True),
        ("::1", ("a.b",), "", True),
        ("127.0.0.1", (), "", False),
        ("127.0.0.1", ("localhost",), "", False),  # a login among the accounts of a machine
        ("10.0.0.2", ("a.b",), "", False),
        ("10.0.0.2", ("a.b",), "10.0.0.2", True),
        ("172.18.0.9", ("a.b",), "10.0.0.2, 172.18.0.0/16", True),
        ("testclient", ("a.b",), "", False),
    ],
)
def test_only_a_proxy_that_was_told_of_is_believed(
    client: str, names: tuple[str, ...], proxies: str, believed: bool
) -> None:
    environ = {**SECRET, "FORWARDED_ALLOW_IPS": proxies}
    assert read_site("127.0.0.1", names, "", environ).believes(client) == believed


def test_the_printed_address_is_the_real_one() -> None:
    assert greeting(Site(), 7860) == "Interviewer runs at http://127.0.0.1:7860 (Ctrl+C stops it)."
    assert "http://[::1]:1 " in greeting(Site("::1"), 1)
    open_to = greeting(Site("0.0.0.0", ("a.b", "c.d"), "/coach", "secret"), 7860)
    assert "http://a.b:7860/coach and http://c.d:7860/coach" in open_to
    assert "INTERVIEWER_PASSWORD" in open_to and "secret" not in open_to
    assert "secret" not in repr(Site(password="secret"))


@pytest.mark.parametrize(("length", "warned"), [(SHORT - 1, True), (SHORT, False)])
def test_a_short_password_is_warned_of(
    capsys: pytest.CaptureFixture[str], length: int, warned: bool
) -> None:
    warn_of(Site(password="x" * length))
    assert ("can be guessed" in capsys.readouterr().err) == warned


def test_the_command_refuses_with_a_sentence(alone: Server) -> None:
    command = Server(alone.home, free_port(), options=("--host", "0.0.0.0"))
    told = subprocess.run(
        command.command(), env=command.environment(), capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 1 and told.stdout == ""
    assert told.stderr.startswith("Served on '0.0.0.0', the page is open to others")
    assert told.stderr.count("\n") == 1
