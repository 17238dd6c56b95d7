"""Two browsers on one served app with a password: to B, nothing of A's is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from interviewer.reports import FORMATS
from interviewer.web.browser_memory import Memory
from tests.browser.driver import Server
from tests.doors.conftest import Visit
from tests.doors.visitor import DATA, PASSWORD, Handler, Visitor, memory_of

WORDS = "We ship granite to Contoso within 150 ms, so I would batch the features first."
ACTS = (  # 16 may wait at once
    *("", "pause", "unpause", "open", "visit", "again", "rejudge", "link", "unlink", "start"),
    *("delete", "delete_all", "delete-all", "home"),
)


@dataclass
class People:
    """A with one interview that runs and one that has ended, and B."""

    a: Visitor
    b: Visitor
    running: str
    ended: str
    link: str

    def seen(self, interview: str) -> str:
        """A's interview as its page shows it, without what the clock moves."""
        answers = self.a.call("page.load", [memory_of(interview)], interview=interview)
        shown = "".join(re.findall(r'"process_generating".*', answers))
        assert "Contoso" in shown
        return re.sub(r'event_id":"\w*|[\d.]+', "", shown)  # what the clock moves


@pytest.fixture(scope="module")
def people(shared: Server, visit: Visit) -> People:
    a, b = visit(shared), visit(shared)
    for each in (a, b):
        assert each.log_in().status_code == 303
    ended = a.begin()
    a.call("message.submit", [WORDS, "", memory_of(ended)])
    card = a.call("end-now.click", [memory_of(ended, 3)])
    assert "Contoso" in card
    shared_card = a.call("card.click", [memory_of(ended, 3)], {"act": "link"})
    link = re.search(r"http[^\"\\\s<]*/shared/[\w-]+", shared_card)
    assert link
    running = a.begin()
    a.call("message.submit", [WORDS, "a -> b", memory_of(running)])
    return People(a, b, running, ended, link[0])


def values_of(handler: Handler, interview: str) -> list[Any]:
    """What a page that shows this interview would send, with words in its boxes."""
    by_kind = {"browserstate": memory_of(interview, 3), "textbox": "Let me write into it."}
    form = iter(Memory().settings.values())
    return [by_kind[kind] if kind in by_kind else next(form) for _, kind in handler.inputs]


@pytest.mark.parametrize("which", ["running", "ended"])
def test_no_event_of_b_reaches_an_interview_of_a(
    people: People, shared: Server, which: str
) -> None:
    interview = getattr(people, which)
    before = people.seen(interview)
    for handler in people.b.all_handlers():
        for act in ACTS if handler.kind == "html" else ACTS[:1]:
            click = {"act": act, "interview": interview, "step": "data", "item": "x"}
            click |= {"quote": "What I say myself.", "case": "none"}
            values = values_of(handler, interview)
            sent = people.b.join(handler, values, click, interview)
            assert sent.status_code == 200, (handler.name, act)
        answers = "".join(people.b.answers())
        assert "Contoso" not in answers, handler.name
        assert f'data-interview=\\"{interview}' not in answers, handler.name
        assert "/shared/" not in answers, handler.name
    assert people.seen(interview) == before
    assert people.a.client.get(people.link).status_code == 200
    assert "Traceback" not in shared.log()


def test_b_is_told_what_would_be_told_of_no_interview_at_all(people: People) -> None:
    for name in ("live.click", "message.submit", "end-now.click", "card.click", "header.click"):
        told = set()
        for known in (people.running, "0" * 32):
            handler = people.b.handler(name)
            answers = people.b.call(name, values_of(handler, known), {"act": "pause"})
            alert = re.search(r'role=\\"alert.*?</', answers)
            assert alert, name
            told.add(alert[0].replace(known, "ID"))
        assert len(told) == 1


def test_b_sees_a_list_of_its_own(people: People) -> None:
    start = people.b.call("page.load", [memory_of(None, 0)])
    assert people.running not in start and people.ended not in start
    own = people.b.begin()
    assert own in people.b.call("page.load", [memory_of(None, 0)])
    assert own not in people.a.call("page.load", [memory_of(None, 0)])


@pytest.mark.parametrize("form", FORMATS)
def test_reports_are_the_owners(people: People, form: str) -> None:
    for name in (people.running, people.ended):
        refused = people.b.client.get(f"/reports/{name}.{form}")
        unknown = people.b.client.get(f"/reports/{'0' * 32}.{form}")
        assert refused.status_code == unknown.status_code == 404
        assert refused.text.replace(name, "0" * 32) == unknown.text
    assert people.a.client.get(f"/reports/{people.ended}.{form}").status_code == 200


def test_a_running_interview_has_no_report_and_no_link(people: People) -> None:
    refused = people.a.client.get(f"/reports/{people.running}.json")
    assert refused.status_code == 409 and "once it has ended" in refused.text
    told = people.a.call("card.click", [memory_of(people.running, 3)], {"act": "link"})
    assert "still running" in told and "/shared/" not in told


def test_a_link_needs_no_login_and_nothing_else_does_without(
    people: People, shared: Server, visit: Visit
) -> None:
    nobody = visit(shared)
    assert nobody.client.get(people.link).status_code == 200
    assert nobody.client.get("/health").status_code == 200
    paths = ("/", "/study", "/config", f"/reports/{people.ended}.md", "/gradio_api/app_id")
    for path in (*paths, "/theme.css", "/logout", f"{DATA}?session_hash={people.a.session}"):
        assert nobody.client.get(path).status_code == 401, path
        page = nobody.client.get(path, headers={"accept": "text/html"})
        assert page.status_code == 303 and page.headers["location"].startswith("/login"), path
    handler = people.a.handler("page.load")
    assert nobody.join(handler, [memory_of(None)]).status_code == 401


def test_b_cannot_read_the_answers_of_a(people: People) -> None:
    """Knowing the name of A's session is worth nothing: it is another session of B's."""
    handler = people.a.handler("page.load")
    assert people.a.join(handler, [memory_of(None, 0)]).status_code == 200
    stolen = people.b.client.get(DATA, params={"session_hash": people.a.session}).text
    assert "session_not_found" in stolen
    assert people.ended in "".join(people.a.answers())


def test_b_cannot_write_into_the_answers_of_a(people: People, visit: Visit) -> None:
    intruder = people.b
    own, intruder.session = intruder.session, people.a.session
    try:
        intruder.join(intruder.handler("page.load"), [memory_of(None, 0)])
        people.a.join(people.a.handler("page.load"), [memory_of(None, 0)])
        mine, theirs = "".join(people.a.answers()), "".join(intruder.answers())
    finally:
        intruder.session = own
    assert mine.count("process_completed") == theirs.count("process_completed") == 1
    assert people.ended in mine and people.ended not in theirs


FORGED: dict[str, Callable[[Any, Any], dict[str, str]]] = {
    "nothing": lambda own, _: dict.fromkeys(own, ""),
    "unsigned": lambda own, _: {name: value.partition(".")[0] for name, value in own.items()},
    "signature_of_another": lambda own, other: {
        name: f"{other[name].partition('.')[0]}.{own[name].partition('.')[2]}" for name in own
    },
    "one_as_the_other": lambda own, _: dict(zip(own, reversed(own.values()), strict=True)),
    "cut": lambda own, _: {name: value[:-1] for name, value in own.items()},
    "no_owner": lambda own, _: {name: own[name] for name in own if "login" in name},
    "no_login": lambda own, _: {name: own[name] for name in own if "owner" in name},
    "owner_of_another": lambda own, other: {
        name: (other if "owner" in name else own)[name] for name in own
    },
    "login_of_another": lambda own, other: {
        name: (other if "login" in name else own)[name] for name in own
    },
    "not_ascii": lambda own, _: {name: f"{value}\u00e9" for name, value in own.items()},
}


@pytest.mark.parametrize("forged", FORGED)
def test_cookies_cannot_be_made_up(people: People, shared: Server, forged: str) -> None:
    own, other = dict(people.b.client.cookies), dict(people.a.client.cookies)
    cookies = FORGED[forged](own, other)
    line = "; ".join(f"{name}={value}" for name, value in cookies.items()).encode("latin-1")
    with visiting(shared) as nobody:
        refused = nobody.client.get("/config", headers=[(b"cookie", line)])
    assert refused.status_code == 401


@pytest.mark.parametrize("kind", ["login", "owner"])
@pytest.mark.parametrize("lines", [1, 2])
def test_a_cookie_that_comes_twice_is_believed_neither_time(
    people: People, shared: Server, kind: str, lines: int
) -> None:
    """Another port or a sister domain has set one for this host name as well."""
    own, other = dict(people.b.client.cookies), dict(people.a.client.cookies)
    name = next(name for name in own if kind in name)
    whole = "; ".join(f"{name}={value}" for name, value in own.items())
    for first, second in ((f"{name}={other[name]}", whole), (whole, f"{name}={other[name]}")):
        headers = [("cookie", first), ("cookie", second)]
        headers = headers if lines == 2 else [("cookie", f"{first}; {second}")]
        with visiting(shared) as victim:
            told = victim.client.get("/config", headers=headers)
            assert told.status_code == 400 and "cookie" in told.text
            entered = victim.client.post("/login", data={"password": PASSWORD}, headers=headers)
            assert entered.status_code == 400 and "set-cookie" not in entered.headers
            assert victim.client.get("/health", headers=headers).status_code == 200


def test_a_logout_ends_the_login_for_whoever_kept_its_cookie(shared: Server) -> None:
    with visiting(shared) as somebody:
        somebody.log_in()
        kept = dict(somebody.client.cookies)
        owner = next(value for name, value in kept.items() if "owner" in name)
        assert somebody.client.get("/config").status_code == 200
        assert somebody.client.get("/logout").status_code == 200
        assert somebody.client.post("/logout").status_code == 303
        line = "; ".join(f"{name}={value}" for name, value in kept.items())
        assert somebody.client.get("/config", headers={"cookie": line}).status_code == 401
        somebody.log_in()
        assert owner in somebody.client.cookies.values()  # the interviews are found again


@contextmanager
def visiting(server: Server) -> Iterator[Visitor]:
    """A visitor for a moment."""
    visitor = Visitor(server.url)
    yield visitor
    visitor.client.close()
