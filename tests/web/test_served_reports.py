"""Reports as files to download, and the link that somebody else may read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import fastapi
import httpx2
import pytest

from interviewer.reports import FORMATS
from interviewer.service.interviews import Interviews
from interviewer.web.mount import add_plain_pages
from interviewer.web.reports import NO_LINK
from interviewer.web.streaming import GONE
from interviewer.web.templates import part
from interviewer.web.text import plain
from tests.pasts import a_past, opened

READ_ONLY = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "x-content-type-options": "nosniff",
}


@asynccontextmanager
async def served(home: Path) -> AsyncIterator[tuple[Interviews, httpx2.AsyncClient]]:
    async with opened(home) as interviews:

        async def opening() -> Interviews:
            return interviews

        app = fastapi.FastAPI()
        add_plain_pages(app, opening)
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            yield interviews, client


SERVED = {
    "json": ("application/json", b"{"),
    "md": ("text/markdown; charset=utf-8", b"# "),
    "html": ("text/html; charset=utf-8", b"<!doctype html>"),
    "pdf": ("application/pdf", b"%PDF-"),
}
"""The media type of each format, and how its files begin."""


def test_every_format_has_a_button_and_is_tried() -> None:
    shown = part("scorecard.downloads", "id", FORMATS)
    for form, format_ in FORMATS.items():
        assert f'href="reports/id.{form}" download>{format_.label}</a>' in shown
    assert FORMATS.keys() == SERVED.keys()


async def test_every_form_is_a_file_with_the_same_case_in_it(tmp_path: Path) -> None:
    async with served(tmp_path) as (interviews, client):
        id_ = await a_past(interviews, answers=1)
        today = f"{datetime.now().astimezone():%Y-%m-%d}"
        for form, (media, begins) in SERVED.items():
            response = await client.get(f"/reports/{id_}.{form}")
            kept = f'attachment; filename="video-recommendation-{today}.{form}"'
            assert response.status_code == 200, form
            assert response.headers["content-type"] == media
            assert response.headers["content-disposition"] == kept
            assert response.content.startswith(begins)


async def test_two_of_one_day_have_two_names(tmp_path: Path) -> None:
    async with served(tmp_path) as (interviews, client):
        first, second = [await a_past(interviews, answers=1) for _ in range(2)]
        names = [
            (await client.get(f"/reports/{id_}.json")).headers["content-disposition"]
            for id_ in (first, second)
        ]
    assert names[1] == names[0].replace(".json", "-2.json")


@pytest.mark.parametrize("name", ["nothing.pdf", "nothing.html", ".json", "nothing", "a.b.exe"])
async def test_what_is_no_report_is_one_sentence(tmp_path: Path, name: str) -> None:
    async with served(tmp_path) as (_, client):
        response = await client.get(f"/reports/{name}")
    assert response.status_code == 404
    assert response.text.count("<p") == 1


async def test_a_report_that_was_deleted_is_told_in_the_words_of_the_page(tmp_path: Path) -> None:
    async with served(tmp_path) as (interviews, client):
        id_ = await a_past(interviews, answers=1)
        await interviews.delete(id_)
        response = await client.get(f"/reports/{id_}.pdf")
    assert response.status_code == 404
    assert plain(GONE) in response.text and "interviewer list" not in response.text


async def test_a_link_is_read_without_a_trace_of_its_reader(tmp_path: Path) -> None:
    async with served(tmp_path) as (interviews, client):
        id_ = await a_past(interviews, answers=1)
        response = await client.get(f"/shared/{await interviews.make_link(id_)}")
    assert response.status_code == 200
    assert READ_ONLY.items() <= response.headers.items()
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy
    assert "<script" not in response.text and "<img" not in response.text
    assert "&lt;script&gt;" in response.text


async def test_a_link_does_not_give_the_interview_itself_away(tmp_path: Path) -> None:
    """Whoever has the id can open the interview, so the link could not be revoked."""
    async with served(tmp_path) as (interviews, client):
        id_ = await a_past(interviews, answers=1)
        response = await client.get(f"/shared/{await interviews.make_link(id_)}")
    assert id_ not in response.text


async def test_wrong_and_revoked_links_look_the_same(tmp_path: Path) -> None:
    async with served(tmp_path) as (interviews, client):
        id_ = await a_past(interviews, answers=1)
        revoked, replaced = await interviews.make_link(id_), await interviews.make_link(id_)
        await interviews.revoke_link(id_)
        tokens = (revoked, replaced, "guess", id_, "x" * 5_000, "%00", "%ff", "<b>")
        answers = [await client.get(f"/shared/{token}") for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert NO_LINK in answers[0].text
    assert READ_ONLY.items() <= answers[0].headers.items()
