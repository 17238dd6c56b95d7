"""The templates of the page: nothing that anybody wrote becomes markup, in whatever field."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from interviewer.cases.library import Library
from interviewer.core.case import Framework
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.core.value import Value
from interviewer.llm.models import LocalServer
from interviewer.practice import DayCase, Drill, Trend, TrendPoint
from interviewer.reports import build_result
from interviewer.results.view import InterviewSummary, InterviewView, PhaseView, StepHeard
from interviewer.retrieval.index import Hit
from interviewer.retrieval.notes import Note, Notes
from interviewer.retrieval.passages import Passage
from interviewer.web import chat, pages, start
from interviewer.web.brain_choice import EMBEDDED, Offer, note
from interviewer.web.browser_memory import Memory
from interviewer.web.plain_pages import page, told
from interviewer.web.returning import today, trend
from interviewer.web.scorecard import Card, scorecard
from interviewer.web.study_pages import case_page, concept_page, framework_page, study_page
from interviewer.web.study_search import by_meaning, by_words, search_page
from interviewer.web.templates import part
from tests.builders import a_case, a_framework
from tests.reports.whole import SUMMED_UP, a_debrief
from tests.views import a_view

WEB = files("interviewer.web")
ATTACK = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>' onclick=alert(1) \x00\u202e"
# Ids are looked up by, so they are the same wherever they stand; they attack all the same.
CONSTRAINED = {"role", "status", "kind", "end_reason", "recommendation", "verdict", "began_at"}


class Watch(HTMLParser):
    """Notes every tag and attribute that none of our pages has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name for name, _ in attrs}
        scripted = {name for name in named if name.startswith("on")} - {"onsubmit"}
        if tag in ("script", "img", "iframe") or scripted or any('"' in name for name in named):
            self.found.append(self.get_starttag_text() or tag)


def hostile(value: Any, name: str = "") -> Any:
    """A value with every free text in it replaced."""
    if isinstance(value, Value):
        fields = type(value).model_fields
        return value.model_copy(update={f: hostile(getattr(value, f), f) for f in fields})
    if isinstance(value, tuple):
        return tuple(hostile(one, name) for one in value)
    if isinstance(value, dict):
        return {key: hostile(one, name) for key, one in value.items()}
    if isinstance(value, str) and not isinstance(value, Enum) and name not in CONSTRAINED:
        return ATTACK
    return value


def a_hostile_view() -> InterviewView:
    """A view whose every text attacks; ids too, so that no part of the case is found by one."""
    phases = (PhaseView(title="t", steps=(StepId.DATA,), status="current"),)
    heard = (StepHeard(step=StepId.DATA, turn=1, heard=("t",), in_part=("t",), not_heard=("t",)),)
    book = a_view().notebook.model_copy(
        update={name: ("t",) for name in ("facts", "assumptions", "numbers", "decisions")}
    )
    told = a_debrief(lambda _: "t")
    view = hostile(a_view(phases=phases, heard=heard, notebook=book, before=book, debrief=told))
    assert isinstance(view, InterviewView)
    return view


def a_hostile_card(**overrides: Any) -> Card:
    view = a_view(debrief=a_debrief(lambda _: "t"))
    case = hostile(a_case()).model_copy(update={"steps": a_case().steps})
    result = hostile(build_result(view))
    values: dict[str, Any] = {"before": result, "link": f"http://h/{ATTACK}"} | overrides
    note = Note(
        "c", "concept", ATTACK, "c", f"# a\n\n## {ATTACK}\n- {ATTACK}\n\n```\n{ATTACK}\n```"
    )
    return Card(a_hostile_view(), result, case, lambda _: note, **values)


def a_hostile_summary(**overrides: Any) -> InterviewSummary:
    values: dict[str, Any] = {
        "interview_id": ATTACK,
        "case_id": ATTACK,
        "case_title": ATTACK,
        "created_at": 0.0,
        "settings": InterviewSettings(concept=ATTACK),
        "brain": ATTACK,
        "turns": 1,
        "end_reason": None,
        "overall": None,
        "recommendation": None,
    }
    return InterviewSummary.model_construct(**{**values, **overrides})


def the_parts() -> dict[str, object]:
    """Every part of every page, shown something hostile."""
    view, library = a_hostile_view(), Library({}, {})
    case = hostile(a_case())
    framework: Framework = hostile(a_framework())
    summaries = [a_hostile_summary(), a_hostile_summary(end_reason="candidate")]
    drill = Drill.model_construct(concept=ATTACK, case_id="c", due_at=0.0, done=0, missed_in="i")
    point = TrendPoint(interview_id=ATTACK, case_id=ATTACK, at=0.0, overall=3.0)
    one = Trend.model_construct(brain=ATTACK, level=InterviewSettings().level, points=(point,) * 2)
    day = DayCase(case_id=ATTACK, title=ATTACK, variant=ATTACK, variant_title=ATTACK)
    written = Note(ATTACK, "concept", ATTACK, "c/x", f"# a\n{ATTACK}. b\n## {ATTACK}\n1. {ATTACK}")
    guide = replace(written, kind="case")
    hit = Hit(Passage("1", "c/x#y", ATTACK, ATTACK, ATTACK), 0.9)
    notes = Notes((written,))
    return {
        "room": pages.talk(library, view, Memory(), 0.0),
        "phases": chat.chat(view, framework),
        "exchange": chat.exchange(ATTACK, ATTACK),
        "alert": chat.alert(ATTACK),
        "drawing": chat.drawing(f"{ATTACK} -> {ATTACK}\na | {ATTACK}\n{ATTACK} | b"),
        "scorecard": scorecard(a_hostile_card()),
        "without the case": scorecard(a_hostile_card(link="")._replace(case=None)),
        "summed up": scorecard(a_hostile_card(link="")._replace(result=hostile(SUMMED_UP))),
        "cases": start.cases([case]),
        "going on": start.going_on(summaries),
        "past": start.past(start.Listed(summaries, 90, 24), ATTACK),
        "chosen": start.chosen(InterviewSettings(), framework, ATTACK),
        "today": today(day, [drill], {"c": case}, 9.0),
        "later": today(day, [drill], {"c": case}, -9.0),
        "trend": trend([one]),
        "study": study_page(Library({ATTACK: case}, {ATTACK: framework}), notes),
        "framework": framework_page(framework),
        "concept": concept_page(written, [case]),
        "case": case_page(ATTACK, ATTACK, guide),
        "search": search_page(ATTACK, by_meaning([hit], notes)),
        "words": search_page(ATTACK * 9, by_words("a", Notes((written, guide)))),
        "told": bytes(told(ATTACK, 404).body).decode(),
        "frame": page(ATTACK, part("plain.told", ATTACK, ATTACK), trail=((ATTACK, ATTACK),)),
        "login": part("plain.log_in", ATTACK, ATTACK, ATTACK),
        "offer": note(Offer(local=(LocalServer(ATTACK, 1, ("m",)),)), EMBEDDED),
    }


@pytest.mark.parametrize(("name", "shown"), the_parts().items(), ids=the_parts())
def test_no_text_of_anybody_becomes_markup(name: str, shown: object) -> None:
    texts = shown.values() if isinstance(shown, dict) else [shown]
    html = "".join(text for text in texts if isinstance(text, str))
    assert "&lt;script&gt;" in html
    assert Watch(html).found == []
    assert "\x00" not in html and "\u202e" not in html


def test_a_text_without_html_of_ours_is_escaped_where_a_part_expects_some() -> None:
    assert "<script" not in page("title", ATTACK)


def test_what_a_part_lacks_is_an_error_and_no_gap() -> None:
    with pytest.raises(UndefinedError):
        part("plain.told", "title")


def test_html_is_made_in_few_places() -> None:
    """Everything else comes out of a template, which escapes."""
    root = Path(str(WEB))
    made = {path.name for path in root.rglob("*.py") if re.search(r"\bMarkup\(", path.read_text())}
    assert made <= {"templates.py", "text.py", "plain_pages.py"}
    assert not any("|safe" in path.read_text("utf-8") for path in root.rglob("*.html"))
    tagged = re.compile(r"""["']\s*<(?!br|!)/?[a-z]+[ >]""")
    loose = {path.name for path in root.rglob("*.py") if tagged.search(path.read_text("utf-8"))}
    assert loose <= {"text.py", "theme.py"}
