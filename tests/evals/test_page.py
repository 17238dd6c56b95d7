"""Reports for people: the page and the tables."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table

from evals.compare import Change, compare
from evals.figures import Figure, Finding, Plot, Report
from evals.present import bound_of, changes_table, figures_table, shown, to_page

HOSTILE = """<script>alert('x')</script> & "><img src=x onerror=y>"""
MARKUP = "[bold]not bold[/bold] [/] [red"


def _report(suite: str, text: str, value: float = 0.5) -> Report:
    """A report in which every text is `text`."""
    figure = Figure(name=text, value=value, low=value - 0.1, high=value + 0.1, better="higher")
    finding = Finding(title=text, wanted=text, got=text, text=text, evidence=(text, text))
    plot = Plot(title=text, points=((1, 5, text), (3.5, 2, text)))
    return Report(
        suite=suite,
        asks=text,
        rests_on=text,
        figures=(figure,),
        findings=(finding,),
        plots=(plot,),
        failed=(text,),
    )


class Tags(HTMLParser):
    """Every element of a page with its attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _page(reports: Sequence[Report], before: Sequence[Report] = ()) -> str:
    return to_page(reports, compare(before, reports), HOSTILE)


def test_no_text_becomes_an_element_or_an_attribute() -> None:
    plain, hostile = (Tags(_page([_report(text, text)])) for text in ("plain", HOSTILE))
    assert [tag for tag, _ in hostile.found] == [tag for tag, _ in plain.found]
    assert [set(own) for _, own in hostile.found] == [set(own) for _, own in plain.found]
    assert {"script", "img"} & {tag for tag, _ in hostile.found} == set()
    assert hostile.open == []


def test_every_text_can_be_read_as_it_was() -> None:
    tags = Tags(_page([_report(HOSTILE, HOSTILE)]))
    whole = "".join(tags.text)
    # Title twice, link, heading, question and data, name, failure, five of the finding,
    # of the plot its two points and its caption.
    assert whole.count(HOSTILE) >= 15
    assert [own["id"] for tag, own in tags.found if tag == "section"] == [HOSTILE]


def test_a_page_has_one_section_a_report_and_a_link_to_each() -> None:
    tags = Tags(_page([_report(suite, "fine") for suite in ("flow", "items", "cost")]))
    sections = [own["id"] for tag, own in tags.found if tag == "section"]
    assert sections == ["flow", "items", "cost"]
    assert [own["href"] for tag, own in tags.found if tag == "a"] == ["#flow", "#items", "#cost"]


def test_no_two_elements_of_a_page_share_an_id() -> None:
    tags = Tags(_page([_report(suite, "fine") for suite in ("flow", "items")]))
    ids = [own["id"] for _, own in tags.found if "id" in own]
    assert len(ids) == len(set(ids)) >= 6


@pytest.mark.parametrize(
    ("before", "verdict", "marked"),
    [(0.9, "worse", True), (0.5, "same", False), (0.1, "better", False), (None, "new", False)],
)
def test_what_got_worse_is_marked(before: float | None, verdict: str, marked: bool) -> None:
    earlier = [] if before is None else [_report("flow", "fine", before)]
    page = _page([_report("flow", "fine", 0.5)], earlier)
    assert f">{verdict}</td>" in page
    assert (f'<td class="bad">{verdict}</td>' in page) is marked
    assert page.count('class="bad"') == int(marked)


def test_a_page_fetches_nothing() -> None:
    page = to_page([_report("flow", "fine")], [], "Plain")
    names = {name for _, own in Tags(page).found for name in own}
    assert not names & {"src", "srcset", "data", "style", "onload"}
    assert "@import" not in page and "url(" not in page


def _printed(table: Table) -> str:
    out = StringIO()
    Console(file=out, width=200, no_color=True).print(table)
    return out.getvalue()


def test_the_table_of_a_report_holds_every_figure() -> None:
    figures = (
        Figure(name=MARKUP, value=0.789, low=0.71, high=0.8567, better="higher", of=126),
        Figure(name="leaks", value=0, better="lower", bound=0, of=7),
        Figure(name="nothing", value=None),
    )
    report = Report(suite="flow", asks="How?", rests_on=MARKUP, figures=figures)
    printed = _printed(figures_table(report))
    assert printed.count(MARKUP) == 2 and "flow: How?" in printed
    for text in ("0.789 (0.71 to 0.857)", "126", "<= 0", "nothing"):
        assert text in printed


def test_the_table_of_changes_leaves_out_what_stayed() -> None:
    stayed = Change("flow", MARKUP, _figure(1), _figure(1), "same")
    moved = Change("items", "hits", _figure(2), None, "gone")
    few, every = (_printed(changes_table([stayed, moved], every=each)) for each in (False, True))
    assert MARKUP not in few and "hits" in few and "gone" in few
    assert MARKUP in every and "same" in every


def _figure(value: float | None, **more: object) -> Figure:
    return Figure.model_validate({"name": "figure", "value": value, **more})


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        pytest.param(None, "-", id="no_figure"),
        pytest.param(_figure(None), "-", id="no_value"),
        pytest.param(_figure(0), "0", id="none_of_a_count"),
        pytest.param(_figure(12345), "12,345", id="a_large_count"),
        pytest.param(_figure(0.7891), "0.789", id="a_share"),
        pytest.param(_figure(0.79, low=0.7, high=0.85), "0.79 (0.7 to 0.85)", id="an_interval"),
    ],
)
def test_figures_as_words(figure: Figure | None, text: str) -> None:
    assert shown(figure) == text


@pytest.mark.parametrize(
    ("better", "bound", "text"), [("lower", 0, "<= 0"), ("higher", 0.8, ">= 0.8"), (None, None, "")]
)
def test_bounds_as_words(better: str | None, bound: float | None, text: str) -> None:
    assert bound_of(_figure(1, better=better, bound=bound)) == text
