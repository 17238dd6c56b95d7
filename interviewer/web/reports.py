"""The addresses of reports: a finished interview as a file, and the link that can be revoked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

import fastapi
from fastapi.responses import HTMLResponse

from interviewer.core.errors import InterviewerError, InterviewNotFound
from interviewer.reports import FORMATS, write
from interviewer.web.doors.visitors import Opened, own
from interviewer.web.plain_pages import root_of, told
from interviewer.web.streaming import GONE

if TYPE_CHECKING:
    from interviewer.reports import Result
    from interviewer.service.interviews import Interviews

NO_FORM = f"A report ends in one of: {', '.join(f'.{form}' for form in FORMATS)}."
RUNNING = "This interview is still running; its report can be downloaded once it has ended."
NO_LINK = "This link leads nowhere; ask its sender for a new one."
HIDDEN = "not shown"
READ_ONLY: Mapping[str, str] = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}
"""Of a shared report and of a link that leads nowhere: nobody keeps, finds or passes it on."""
# The page names the hash of its style in a policy of its own; both hold.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def add_reports(app: fastapi.FastAPI, opening: Opened) -> None:
    """Adds `/reports/{id}.{form}` and `/shared/{token}`.

    Args:
        app: the web application.
        opening: waits until the interviews are open and returns them.
    """

    @app.get("/reports/{name}")
    async def report(request: fastapi.Request, name: str) -> fastapi.Response:
        interview_id, _, form = name.rpartition(".")
        root = root_of(request.scope)
        if form not in FORMATS:
            return told(NO_FORM, 404, root=root)
        try:
            interviews = await own(opening, request.scope)
            if (await interviews.view(interview_id)).scorecard is None:
                return told(RUNNING, 409, root=root)
            content = await _written(interviews, await interviews.result(interview_id), form)
            called = await interviews.report_name(interview_id)
        except InterviewNotFound:
            return told(GONE, 404, root=root)
        except InterviewerError as error:
            return told(str(error), 503, root=root)
        kept = {"content-disposition": f'attachment; filename="{called}.{form}"'}
        return fastapi.Response(content, media_type=FORMATS[form].media_type, headers=kept)

    @app.get("/shared/{token}")
    async def shared(request: fastapi.Request, token: str) -> fastapi.Response:
        root = root_of(request.scope)
        try:
            interviews = await opening()
            # Whoever knows an interview's id can open and change it, so readers of a link must not.
            linked = await interviews.linked(token)
            result = linked.model_copy(update={"interview_id": HIDDEN})
            content = await _written(interviews, result, "html")
        except InterviewNotFound:
            return told(NO_LINK, 404, READ_ONLY, root=root)
        except InterviewerError as error:
            return told(str(error), 503, READ_ONLY, root=root)
        headers = {**READ_ONLY, "content-security-policy": REPORT_POLICY}
        return HTMLResponse(content, headers=headers)


async def _written(interviews: Interviews, result: Result, form: str) -> str | bytes:
    return await asyncio.to_thread(
        # The notes are read when they are asked for first.
        lambda: write(form, result, interviews.library, interviews.notes)
    )
