"""The plain pages beside the app: what they show, and what they refuse, without a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import fastapi
import httpx2
import pytest

from interviewer.cases.library import Library, load_library
from interviewer.core.case import Framework, Phase
from interviewer.core.errors import KnowledgeError, StoreError
from interviewer.core.paths import shipped
from interviewer.core.settings import StepId
from interviewer.retrieval.index import Hit
from interviewer.retrieval.notes import Note, Notes, load_notes
from interviewer.retrieval.passages import Passage
from interviewer.web.mount import add_plain_pages
from interviewer.web.plain_pages import page
from interviewer.web.study_pages import (
    QUERY_LIMIT,
    case_page,
    concept_page,
    framework_page,
    sections,
    study_page,
)
from interviewer.web.study_search import NEAR, NO_INDEX, by_meaning, by_words
from tests.builders import a_case, a_step, an_item

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> \"' ${7*7}"
CASE = "video_recommendation"
CONCEPT = "position_bias"
VOID = {"meta", "link", "input"}


class Outline(HTMLParser):
    """What a page is made of: open tags that were never closed, ids, headings, landmarks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@cache
def library() -> Library:
    return load_library()


@cache
def notes() -> Notes:
    return load_notes((shipped("knowledge"),))


def a_note(kind: Any = "concept", text: str = "# Title\nFirst. Second.\n\n## One\nText.") -> Note:
    folder = "concepts/thing.md" if kind == "concept" else "cases/thing/notes.md"
    return Note("thing", kind, "Title", folder, text)


def a_hit(source: str, score: float = 0.9, heading: str = "", text: str = "A passage.") -> Hit:
    return Hit(Passage("1", source, "Title", heading, text), score)


# Pages


def pages_to_check() -> Mapping[str, str]:
    cases = library().cases.values()
    return {
        "study": study_page(library(), notes()),
        **{f"framework_{k}": framework_page(one) for k, one in library().frameworks.items()},
        **{f"concept_{k}": concept_page(one, cases) for k, one in notes().concepts.items()},
        **{
            f"case_{k}": case_page(c.title, c.summary, notes().cases[k])
            for k, c in library().cases.items()
        },
    }


def test_every_shipped_page_is_sound() -> None:
    for name, html in pages_to_check().items():
        outline = Outline(html)
        ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
        anchors = [a["href"] or "" for a in outline.named("a")]
        assert outline.open == [], name
        assert len(ids) == len(set(ids)), name
        assert len(outline.named("h1")) == len(outline.named("main")) == 1, name
        assert anchors[:4] == ["#main", "/", "/", "/study"], name
        assert {a[1:] for a in anchors if a.startswith("#")} <= set(ids), name
        assert not outline.named("script") and not outline.named("img"), name


def test_every_link_of_the_study_page_leads_somewhere() -> None:
    known = {
        "frameworks": set(library().frameworks),
        "concepts": set(notes().concepts),
        "cases": set(library().cases),
    }
    links = re.findall(r'href="/study/(\w+)/([^"]+)"', study_page(library(), notes()))
    assert {kind: {id_ for of, id_ in links if of == kind} for kind in known} == known


@pytest.mark.parametrize(
    "make",
    [
        lambda: page(HOSTILE, "", trail=(("/", HOSTILE),)),
        lambda: concept_page(Note("c", "concept", HOSTILE, "c", f"# a\n{HOSTILE}"), ()),
        lambda: concept_page(
            Note("c", "concept", "T", "c", f"# a\n\n## {HOSTILE}\n- {HOSTILE}"), ()
        ),
        lambda: case_page(HOSTILE, HOSTILE, a_note("case", f"# a\n\n## {HOSTILE}\n{HOSTILE}")),
        lambda: framework_page(
            Framework(
                id="f",
                title=HOSTILE,
                summary=HOSTILE,
                phases=(Phase(title=HOSTILE, steps=(StepId.DATA,), checklist=(HOSTILE,)),),
            )
        ),
        lambda: study_page(
            Library({"c": a_case(title=HOSTILE, summary=HOSTILE)}, {}),
            Notes((Note("latency_budget", "concept", HOSTILE, "c", f"# a\n{HOSTILE}"),)),
        ),
        lambda: by_meaning(
            [a_hit("concepts/thing.md#x", heading=HOSTILE, text=HOSTILE)], Notes((a_note(),))
        ),
        lambda: by_words("title", Notes((Note("c", "concept", HOSTILE, "c", "title"),))),
    ],
    ids=["frame", "concept", "heading", "case", "framework", "study", "passage", "words"],
)
def test_what_files_say_is_never_markup(make: Callable[[], str]) -> None:
    html = make()
    assert "<script" not in html and "<img" not in html and "&lt;script" in html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "# T\nintro\n\n## A\none\n### B\ntwo\n## C",
            [("", "intro"), ("A", "one\n### B\ntwo"), ("C", "")],
        ),
        ("## A\none", [("A", "one")]),
        ("no title\n## A\none", [("", "no title"), ("A", "one")]),
        ("# T\n```\n## not a heading\n```\n## A", [("", "```\n## not a heading\n```"), ("A", "")]),
    ],
    ids=["usual", "no_title", "text_first", "fence"],
)
def test_a_note_is_cut_at_its_headings(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(part.heading, part.text.strip()) for part in sections(a_note(text=text))] == expected


@pytest.mark.parametrize("framework", load_library().frameworks.values(), ids=lambda one: one.id)
def test_a_framework_shows_its_phases_times_and_checklist(framework: Framework) -> None:
    html = framework_page(framework)
    checks = [check for phase in framework.phases for check in phase.checklist]
    assert re.findall(r"minutes, from (\d+) to (\d+)", html)[-1][1] == "45"
    assert sum(int(n) for n in re.findall(r">(\d+) minutes, from", html)) == 45
    assert html.count("<li>") >= len(checks) and all(check in html for check in checks)
    for column, minutes in enumerate((45, 30, 20)):
        cells = re.findall(r"<td>(\d+):(\d\d)</td>", html)[column::3]
        assert abs(sum(int(m) * 60 + int(s) for m, s in cells) - minutes * 60) <= 2


def test_a_guide_is_closed_and_says_why() -> None:
    html = case_page("T", "S", a_note("case", "# T\n\n## Serving\nThe secret."))
    before, guide = html.split('<details class="guide">')
    assert "gives the case away" in before and "secret" not in before and "Serving" not in before
    assert guide.index("</summary>") < guide.index("secret") < guide.index("</details>")


@pytest.mark.parametrize(
    ("hits", "links", "hidden"),
    [
        ([a_hit("concepts/thing.md#One", heading="One")], ["/study/concepts/thing#on-one"], ""),
        ([a_hit("concepts/thing.md", heading="One > Part")], ["/study/concepts/thing#on-one"], ""),
        (
            [a_hit("concepts/thing.md"), a_hit("concepts/thing.md#One")],
            ["/study/concepts/thing"],
            "",
        ),
        ([a_hit("cases/thing/notes.md#x", text="Secret.")], ["/study/cases/thing"], "Secret"),
        ([a_hit("concepts/deleted.md")], [], "deleted"),
        ([a_hit("concepts/thing.md", NEAR - 0.01)], [], "passage"),
    ],
    ids=["section", "part", "once_a_note", "guide_without_its_text", "older_index", "too_far"],
)
def test_what_a_search_shows(hits: list[Hit], links: list[str], hidden: str) -> None:
    html = by_meaning(hits, Notes((a_note(), a_note("case"))))
    assert re.findall(r'href="([^"]+)"', html) == links
    assert not hidden or hidden not in html
    assert bool(links) != ("Nothing was found" in html)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Position BIAS", True),
        ("the bias of a position", True),
        ("xylophone bias", False),
        ("?", False),
    ],
)
def test_without_an_index_words_are_looked_for(query: str, found: bool) -> None:
    html = by_words(query, notes())
    assert NO_INDEX in html
    assert ("/study/concepts/position_bias" in html) == found


# Addresses


class Facade:
    """Interviews of which only what is read here exists."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.library = library()
        self.notes = notes()
        self.fails, self.asked = fails, list[str]()

    async def refresh(self) -> None:
        """Nobody edits anything here."""

    async def search(self, query: str, k: int) -> list[Hit]:
        self.asked.append(query)
        if self.fails:
            raise self.fails
        return [a_hit("concepts/position_bias.md#Common mistakes", heading="Common mistakes")]


@asynccontextmanager
async def served(facade: Any, broken: Exception | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    async def opening() -> Any:
        if broken:
            raise broken
        return facade

    app = fastapi.FastAPI()
    add_plain_pages(app, opening)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "shown"),
    [
        ("/study", 200, "Frameworks"),
        ("/study/", 200, "Frameworks"),
        ("/study/frameworks/seven_step", 200, "Clarify the requirements"),
        (f"/study/concepts/{CONCEPT}", 200, "Check yourself"),
        (f"/study/cases/{CASE}", 200, "gives the case away"),
        ("/study/search", 200, "Type what you are looking for"),
        ("/study/search?q=%20%20", 200, "Type what you are looking for"),
        ("/study/search?q=bias", 200, "/study/concepts/position_bias#on-common-mistakes"),
        ("/study/frameworks/nothing", 404, "no framework of that name"),
        ("/study/concepts/nothing", 404, "no concept note of that name"),
        ("/study/cases/nothing", 404, "no case of that name"),
        ("/study/cases/..%2f..%2fREADME", 404, "no page of that name"),
        ("/study/concepts/..%5cposition_bias", 404, "no concept note of that name"),
        ("/study/concepts/position_bias.md", 404, "no concept note of that name"),
        ("/study/concepts/%00", 404, "no concept note of that name"),
        ("/study/concepts/%ff", 404, "no concept note of that name"),
        ("/study/concepts/<script>alert(1)", 404, "no concept note of that name"),
        ("/study/nothing/at/all", 404, "no page of that name"),
        ("/reports/nothing.exe", 404, "A report ends in"),
    ],
)
async def test_addresses(path: str, status: int, shown: str) -> None:
    async with served(Facade()) as client:
        response = await client.get(path)
    assert response.status_code == status
    assert shown in response.text
    assert "<script" not in response.text and "Traceback" not in response.text
    policy = response.headers["content-security-policy"]
    assert response.headers.get_list("content-security-policy") == [policy]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert Outline(response.text).open == []


@pytest.mark.parametrize(
    ("query", "searched", "shown"),
    [
        ("bias", "bias", 'value="bias"'),
        (HOSTILE, HOSTILE, "&lt;script&gt;"),
        ("y" * 10_000, "y" * QUERY_LIMIT, f"Only the first {QUERY_LIMIT} characters"),
        ("a\x00b\u202ec", "a\x00b\u202ec", "a\ufffdb\ufffdc"),
        ("\u6570\u636e \U0001f642", "\u6570\u636e \U0001f642", "\u6570\u636e"),
    ],
    ids=["plain", "html", "long", "unreadable", "letters"],
)
@pytest.mark.parametrize("fails", [None, KnowledgeError("No index.")], ids=["index", "no_index"])
async def test_searches(query: str, searched: str, shown: str, fails: Exception | None) -> None:
    facade = Facade(fails)
    async with served(facade) as client:
        response = await client.get("/study/search", params={"q": query})
    assert response.status_code == 200
    assert facade.asked == [searched]
    assert shown in response.text and "<script" not in response.text
    assert (NO_INDEX in response.text) == bool(fails)


@pytest.mark.parametrize("path", ["/study", "/reports/a.json", "/reports/a.pdf", "/shared/a"])
async def test_what_cannot_be_opened_is_one_sentence(path: str) -> None:
    async with served(
        None, StoreError("The database is locked.", "Close the other one.")
    ) as client:
        response = await client.get(path)
    assert response.status_code == 503
    assert "The database is locked. Close the other one." in response.text


def test_a_note_names_the_cases_and_the_steps_that_ask_about_it() -> None:
    serving = a_step(StepId.SERVING, items=(an_item("srv_one", concept="thing"),) * 2)
    data = a_step(StepId.DATA, items=(an_item("dat_one", concept="thing"),))
    asks_not = a_case(title="Shop")
    steps = {**asks_not.steps, StepId.SERVING: serving, StepId.DATA: data}
    asks = a_case(title="Feed", steps=steps)
    html = concept_page(a_note(), (asks, asks_not))
    assert "<li>Feed (data, serving)</li>" in html and "Shop" not in html
    assert "Comes up in" not in concept_page(a_note(), (asks_not,))


# The look


def _palettes(name: str) -> list[dict[str, str]]:
    """The colours and fonts of a style sheet, light and dark."""
    css = files("interviewer.web").joinpath("assets", name).read_text("utf-8")
    blocks = re.findall(r"(?::root|\.dark) \{([^}]+)\}", css)[:2]
    return [
        {
            key: " ".join(value.split())
            for key, value in re.findall(r"(--[\w-]+):\s*([^;]+);", block)
        }
        for block in blocks
    ]


def test_both_style_sheets_have_the_same_colours() -> None:
    for plain, app in zip(_palettes("plain.css"), _palettes("style.css"), strict=True):
        assert len(plain) > 10
        assert plain == {name: app[name] for name in plain}
