"""The addresses of the study pages; every id is looked up among what is installed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import fastapi
from fastapi.responses import HTMLResponse

from interviewer.core.errors import KnowledgeError
from interviewer.web import study_pages, study_search
from interviewer.web.doors.visitors import Opened
from interviewer.web.plain_pages import answer, root_of, told

if TYPE_CHECKING:
    from interviewer.retrieval.notes import Notes
    from interviewer.service.interviews import Interviews


def add_study(app: fastapi.FastAPI, opening: Opened) -> None:
    """Adds everything below `/study`.

    Args:
        app: the web application.
        opening: the interviews, whose library and notes are shown.
    """
    study = Study(opening)
    for path, show in (
        ("/study", study.start),
        ("/study/", study.start),
        ("/study/search", study.search),
        ("/study/frameworks/{framework_id}", study.framework),
        ("/study/concepts/{concept}", study.concept),
        ("/study/cases/{case_id}", study.case),
        ("/study/{elsewhere:path}", study.nothing),
    ):
        app.add_api_route(path, show, methods=["GET", "HEAD"], response_class=HTMLResponse)


class Study:
    """The study pages of one server."""

    def __init__(self, opening: Opened) -> None:
        self._opening = opening

    async def start(self, request: fastapi.Request) -> HTMLResponse:
        """What there is to read."""
        interviews = await self._opening()
        notes, root = await _notes(interviews), root_of(request.scope)
        return answer(study_pages.study_page(interviews.library, notes, root))

    async def framework(self, request: fastapi.Request, framework_id: str) -> HTMLResponse:
        """One framework."""
        known = (await self._opening()).library.frameworks.get(framework_id)
        if known is None:
            return _missing("framework", request)
        return answer(study_pages.framework_page(known, root_of(request.scope)))

    async def concept(self, request: fastapi.Request, concept: str) -> HTMLResponse:
        """One concept note."""
        interviews = await self._opening()
        note = (await _notes(interviews)).concepts.get(concept)
        if note is None:
            return _missing("concept note", request)
        cases = interviews.library.cases.values()
        return answer(study_pages.concept_page(note, cases, root_of(request.scope)))

    async def case(self, request: fastapi.Request, case_id: str) -> HTMLResponse:
        """One case with its guide."""
        interviews, root = await self._opening(), root_of(request.scope)
        note = (await _notes(interviews)).cases.get(case_id)
        known = interviews.library.cases.get(case_id)
        if known is not None:
            return answer(study_pages.case_page(known.title, known.summary, note, root))
        if note is not None:
            return answer(study_pages.case_page(note.title, "", note, root))
        return _missing("case", request)

    async def search(self, request: fastapi.Request, q: str = "") -> HTMLResponse:
        """The notes nearest to a query."""
        interviews, root = await self._opening(), root_of(request.scope)
        asked, notes = study_search.shortened(q).strip(), await _notes(interviews)
        if not asked:
            return answer(study_search.search_page(q, "", root))
        try:
            hits = await interviews.search(asked, study_search.PASSAGES)
            found = study_search.by_meaning(hits, notes, root)
        except KnowledgeError:
            found = study_search.by_words(asked, notes, root)
        return answer(study_search.search_page(q, found, root))

    async def nothing(self, request: fastapi.Request, elsewhere: str) -> HTMLResponse:
        """Any other address."""
        return _missing("page", request)


def _missing(what: str, request: fastapi.Request) -> HTMLResponse:
    sentence = f"There is no {what} of that name; choose one under Study."
    return told(sentence, 404, root=root_of(request.scope))


async def _notes(interviews: Interviews) -> Notes:
    """All notes as they are now; reading them from files is no work for the event loop."""
    await interviews.refresh()
    return await asyncio.to_thread(getattr, interviews, "notes")
