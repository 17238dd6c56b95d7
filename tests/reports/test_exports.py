"""Every format says the same, and nothing anybody said takes effect in any of them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
import typst
from markdown_it import MarkdownIt

from interviewer.core.assessment import Verdict
from interviewer.core.debrief import Debrief
from interviewer.core.design import EntryKind
from interviewer.core.settings import STEPS, Level, StepId
from interviewer.reports import (
    Result,
    build_document,
    build_result,
    to_html,
    to_json,
    to_markdown,
    to_pdf,
)
from interviewer.reports.document import Block, Code, Document, Plot, Section, texts
from interviewer.reports.front import PRACTISE
from interviewer.reports.headline import step_figure, step_line, step_range
from interviewer.reports.html import write_html
from interviewer.reports.markdown import write_markdown
from interviewer.reports.pdf import template, typst_data
from interviewer.reports.said import said_blocks
from interviewer.reports.wording import VERDICT_WORDS
from interviewer.results.view import InterviewView
from interviewer.scoring import (
    StepStatus,
)
from tests.builders import CONCEPT
from tests.reports.whole import (
    CASE,
    ENDED_AT,
    HELD,
    IDEA,
    RESULT,
    SKETCH,
    SUMMED_UP,
    TITLES,
    a_debrief,
    a_summary,
    a_whole_view,
)
from tests.views import HOSTILE, LAID_OUT, a_running_view


class Words(HTMLParser):
    """Visible text, tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self._text: list[str] = []
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._hidden += tag in ("style", "svg")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "svg")
        self._text.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._text.append(data)

    @property
    def text(self) -> str:
        return one_line("".join(self._text).replace("\u2060", ""))


def one_line(text: str) -> str:
    """Text without any spaces: where a format breaks a line is its own business."""
    return "".join(text.split())


def as_markdown(document: Document) -> Words:
    dialect = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return Words(dialect.render(write_markdown(document)))


def as_html(document: Document) -> Words:
    return Words(write_html(document))


def as_typst(document: Document) -> Words:
    """What the template of the PDF shows; typst can set the same as a page of text."""
    page = typst.compile(
        template().encode(), sys_inputs={"document": typst_data(document)}, format="html"
    )
    return Words(bytes(page).decode())


FORMATS = {"markdown": as_markdown, "html": as_html, "typst": as_typst}
RESULTS = {"debrief": RESULT, "summary": SUMMED_UP}
SHOWN = {
    (name, kind): show(build_document(result, CASE, TITLES)).text
    for name, show in FORMATS.items()
    for kind, result in RESULTS.items()
}


def what_a_debrief_says(debrief: Debrief) -> Iterator[str]:
    yield debrief.summary
    yield from (remark.text for remark in debrief.remarks)
    for claim in debrief.claims:
        yield from (claim.name, claim.quote)
        yield from (claim.why, claim.better, HELD) if claim.kept else ()
    yield from (text for slip in debrief.slips for text in (slip.text, slip.quote))
    yield from (one.text for one in debrief.missing)
    for task in debrief.exercises:
        yield from (task.title, task.task, TITLES.get(task.note, ""))


def what_must_be_shown(result: Result) -> Iterator[str]:
    """What the debrief says, every gap, quote, band, reason, model answer, verdict and turn."""
    yield from what_a_debrief_says(result.debrief)
    for gap in result.gaps:
        earned = gap.verdict == Verdict.MET
        yield from (gap.quote or "", gap.reason or gap.lacked)
        yield from () if earned else (gap.exemplar, TITLES[gap.concept])
    for step in result.steps:
        yield step_figure(step, result)
        if step.status is StepStatus.NOT_REACHED:
            continue
        yield step_line(step, result)
        yield CASE.steps[step.step].model_answer
        yield from (item.quote or "" for item in step.items)
        yield from (item.reason for item in step.items)
        yield from (text for flag in step.red_flags for text in (flag.statement, flag.quote))
    yield from (text for idea in result.beyond for text in (idea.text, idea.quote))
    yield from (text for hole in result.holes for text in (hole.question, hole.quote))
    for line in result.transcript:
        yield f"{line.turn}. {'You' if line.role == 'candidate' else 'Interviewer'}"
        yield line.text
    for again in result.rejudgements:
        yield f"First judged: {VERDICT_WORDS[again.before]}; then: {VERDICT_WORDS[again.after]}."
        yield from (again.quote, again.reason)
    yield from (mover.quote or "" for mover in result.movers)
    yield SKETCH
    yield result.feedback
    yield from (line.stand_in for line in result.transcript if line.role == "interviewer")
    yield "1,000 calls, 1,000 tokens, price unknown."


def without_plots(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Where a plot is drawn, its words are the description of it."""
    kept = (block for block in blocks if not isinstance(block, Plot))
    return tuple(
        block.model_copy(update={"blocks": without_plots(block.blocks)})
        if isinstance(block, Section)
        else block
        for block in kept
    )


@pytest.mark.parametrize("kind", RESULTS)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_all_of_it(name: str, kind: str) -> None:
    blocks = build_document(RESULTS[kind], CASE, TITLES).blocks
    if name != "markdown":
        blocks = without_plots(blocks)
    wanted = [*what_must_be_shown(RESULTS[kind]), *texts(blocks)]
    missing = [text for text in wanted if one_line(text) not in SHOWN[name, kind]]
    assert len(wanted) > 100 and not missing


@pytest.mark.parametrize("level", Level)
def test_what_staff_level_adds_is_for_that_level(level: Level) -> None:
    asked = RESULT.model_copy(
        update={"settings": RESULT.settings.model_copy(update={"level": level})}
    )
    added = one_line(CASE.steps[StepId.DATA].staff_addendum)
    shown = as_markdown(build_document(asked, CASE)).text
    assert (added in shown) == (level is Level.STAFF)


def test_a_plot_says_in_its_description_what_it_draws() -> None:
    page = to_html(RESULT, CASE)
    descriptions = re.findall(r"<desc [^>]*>(.*?)</desc>", page)
    said = " ".join(descriptions)
    assert len(descriptions) == 3
    read = (f"{s.step.value.capitalize()}: {step_range(s, RESULT)}." for s in RESULT.steps)
    assert all(line in said for line in read)


def test_json_has_the_same_figures_raw() -> None:
    data = json.loads(to_json(RESULT))
    assert data["steps"][0]["score"] == RESULT.steps[0].score
    assert [gap["item"] for gap in data["gaps"]] == [gap.item for gap in RESULT.gaps]
    assert [mover["change"] for mover in data["movers"]] == [m.change for m in RESULT.movers]
    assert data["rejudgements"][0]["before"] == "absent"
    assert [entry["kind"] for entry in data["design"]] == [kind.value for kind in EntryKind]
    assert (data["beyond"][0]["text"], data["holes"][0]["note"]) == (IDEA, CONCEPT)
    assert data["transcript"][9]["sketch"] == SKETCH
    assert Result.model_validate(data) == RESULT


@pytest.mark.parametrize("name", FORMATS)
def test_no_score_is_shown_with_hundredths(name: str) -> None:
    raw = [RESULT.overall, RESULT.unaided, *(s.score for s in RESULT.steps)]
    raw += [*(s.unaided for s in RESULT.steps), *RESULT.dimensions.values()]
    figures = {f"{score:.2f}" for score in raw if score is not None and score * 2 % 1}
    assert figures and not [figure for figure in figures if figure in SHOWN[name, "debrief"]]


def test_a_result_of_an_earlier_version_can_be_exported() -> None:
    old = json.loads(to_json(RESULT))
    for name in (
        "began_at",
        "seconds_used",
        "gaps",
        "movers",
        "flip",
        "level_reading",
        "rejudgements",
        "feedback",
        "debrief",
        "beyond",
        "holes",
        "design",
    ):
        del old[name]
    for line in old["transcript"]:
        del line["clock"]
        line.pop("sketch", None)
        line.pop("stand_in", None)
    result = Result.model_validate(old)
    assert f"## {PRACTISE}" in to_markdown(result, CASE)
    assert "<svg" in to_html(result, CASE) and 'class="plot timeline"' not in to_html(result, CASE)
    assert to_pdf(result, CASE).startswith(b"%PDF-")


# Nothing that was said takes effect

TYPST = {
    "typst-eval": '#eval("1 + 1") #panic() #{ 1 + 1 }',
    "typst-import": '#import "@preview/tablex:0.0.1": * #read("/etc/passwd")',
    "typst-markup": '$x^2$ @ref <label> *bold* _it_ = Heading `raw` \\ #link("http://e.example")',
    "typst-comment": "before // after /* and */ more",
    "style-end": "</style></title></svg><script>alert(1)</script>",
    "css": "} body { background: url(http://evil.example) }",
    "entities": "&lt;b&gt; &amp;lt; &#x3c;script&#x3e;",
    "json": '", "kind": "heading", "level": 1, "text": "',
}
KEPT_SPACES = {("style", "white-space: pre-wrap")}
EVERYTHING_HOSTILE = {**HOSTILE, **TYPST}


@pytest.mark.parametrize("kind", [a_debrief, a_summary])
@pytest.mark.parametrize("name", FORMATS)
def test_hostile_words_are_shown_and_change_nothing(
    name: str, kind: Callable[[Callable[[StepId], str]], Debrief]
) -> None:
    def shown(said: Callable[[StepId], str]) -> Words:
        return FORMATS[name](build_document(build_result(a_whole_view(said, kind)), CASE))

    lines = {"p", "br", "blockquote", "div", "span"}  # typst keeps runs of spaces in spans
    plain = shown(lambda _: "harmless words")
    texts_ = [text for key, text in EVERYTHING_HOSTILE.items() if key not in LAID_OUT]
    for start in range(0, len(texts_), ENDED_AT):  # another one in each step
        said = dict(zip(STEPS, (texts_ * 2)[start:], strict=False))
        page = shown(said.__getitem__)
        assert all(one_line(said[step]) in page.text for step in STEPS[:ENDED_AT])
        added = [tag for tag in page.tags if tag not in lines]
        assert added == [tag for tag in plain.tags if tag not in lines], said
        assert set(page.attributes) - KEPT_SPACES <= set(plain.attributes), said


FENCED = 'First:\n```python\ndef share(ms):\n    return ms / 3  # <b>"a|b"</b>\n```\nThat is it.'
TABLED = "Metrics:\n| metric | why |\n|---|---|\n| <i>recall</i> | #panic() `x` *y* |"
CLOSING = "```\n````\n</pre><script>alert(1)</script>\n```"


def a_transcript(name: str, said: str) -> Words:
    return FORMATS[name](Document(title="", blocks=tuple(said_blocks(said))))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("said", "tag", "shown"),
    [
        pytest.param(
            FENCED,
            "pre",
            ("First:", '    return ms / 3  # <b>"a|b"</b>', "That is it."),
            id="fence",
        ),
        pytest.param(
            TABLED,
            "table",
            ("Metrics:", "metric", "why", "<i>recall</i>", "#panic() `x` *y*"),
            id="table",
        ),
        pytest.param(CLOSING, "pre", ("</pre><script>alert(1)</script>",), id="closing"),
    ],
)
def test_code_and_tables_of_a_message_are_laid_out(
    name: str, said: str, tag: str, shown: tuple[str, ...]
) -> None:
    page = a_transcript(name, said)
    assert page.tags.count(tag) == 1
    assert not {"b", "i", "em", "script"} & set(page.tags)
    assert all(one_line(words) in page.text for words in shown)
    assert "|---|" not in page.text


def test_code_keeps_its_indentation() -> None:
    document = Document(title="", blocks=tuple(said_blocks(FENCED)))
    assert "\n    return ms / 3" in write_html(document)
    assert "```python\ndef share(ms):\n    return ms / 3" in write_markdown(document)


@pytest.mark.parametrize(
    "language", ["python", "c++", "a b", "<b>", "`x", "~~~", "x" * 200, "{.r onload=x}", "\u202ex"]
)
@pytest.mark.parametrize("name", FORMATS)
def test_the_language_of_code_is_shown_whatever_it_is(name: str, language: str) -> None:
    page = FORMATS[name](Document(title="", blocks=(Code(text="x = 1", language=language),)))
    assert "x=1" in page.text and "pre" in page.tags
    named = [*page.attributes, ("class", page.text)]
    assert any(language.strip("\u202e").replace(" ", "") in (value or "") for _, value in named)
    assert not {"b", "em"} & set(page.tags)


@pytest.mark.parametrize("name", FORMATS)
def test_what_hides_or_reorders_text_is_left_out(name: str) -> None:
    result = build_result(a_whole_view(lambda _: "a\x00b\x1bc\u202ed\u2066e\u200bf"))
    assert "abcdef" in FORMATS[name](build_document(result, CASE)).text


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    page = to_html(build_result(a_whole_view(lambda _: EVERYTHING_HOSTILE["css"])), CASE)
    words = Words(page)
    assert not {"script", "link", "iframe", "img", "object", "base", "form"} & set(words.tags)
    names = {name for name, _ in words.attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"src", "href", "style"}
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None and "url(" not in style[1] and "@import" not in style[1]
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    (policy,) = (v for k, v in words.attributes if k == "content" and v and "default-src" in v)
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in policy


# PDF

SCRIPTS = (
    "你好，系统设计 日本語 한국어 العربية עברית ไทย Ελληνικά Привет \U0001f468\u200d\U0001f4bb"
)


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(a_whole_view(), id="ended"),
        pytest.param(a_running_view(), id="running"),
        pytest.param(a_whole_view(lambda _: SCRIPTS), id="other-scripts"),
        pytest.param(a_whole_view(lambda _: "word " * 4_000), id="long"),
        pytest.param(a_whole_view(lambda _: "x" * 4_000), id="one-long-word"),
        pytest.param(a_whole_view(lambda _: "\n".join(EVERYTHING_HOSTILE.values())), id="hostile"),
    ],
)
def test_a_pdf_can_be_made_of_anything(view: InterviewView) -> None:
    made = to_pdf(build_result(view), CASE)
    assert made.startswith(b"%PDF-") and made.rstrip().endswith(b"%%EOF")


def test_the_same_report_makes_the_same_pdf() -> None:
    assert to_pdf(RESULT, CASE) == to_pdf(RESULT, CASE)
