"""Deleting interviews on the page: what is asked first, and what is kept until then, as HTML."""

from __future__ import annotations

from interviewer.results.view import Keeping
from interviewer.web.text import plain


def kept(keeping: Keeping) -> str:
    """One sentence that says what is kept, where, for how long, and who sees it.

    Args:
        keeping: as the interviews say it.
    """
    until = "until you delete it"
    if keeping.days is not None:
        until += f", or nothing was said in it for {keeping.days:g} days"
    if keeping.alone:
        return f"Everything you write is kept in {keeping.place} on this machine {until}."
    return (
        f"Everything you write is kept on this server {until}. Only this browser is shown it; "
        "whoever runs the server can read its files."
    )


def one(interview_id: str, which: str) -> str:
    """The way to delete an interview; it asks once.

    Args:
        interview_id: which.
        which: its name for a screen reader; not yet escaped.
    """
    button = (
        f'<button type="button" class="stop" data-act="delete" '
        f'data-interview="{plain(interview_id)}">Delete for good</button>'
    )
    return _asking(
        f'Delete<span class="sr">: {plain(which)}</span>', "Every word of it goes.", button
    )


def everything(total: int, kept: str) -> str:
    """What is kept, and the way to delete all interviews, which asks once.

    Args:
        total: how many there are.
        kept: see above.
    """
    if not total:
        return f'<div class="kept"><p>{plain(kept)}</p></div>'
    many = "the one interview" if total == 1 else f"all {total:,} interviews"
    button = '<button type="button" class="stop" data-act="delete_all">Delete all for good</button>'
    return (
        f'<div class="kept"><p>{plain(kept)}</p>'
        f"{_asking(f'Delete {many}', f'Every word of {many} goes.', button)}</div>"
    )


def _asking(name: str, consequence: str, button: str) -> str:
    return (
        f'<details class="delete"><summary>{name}</summary>'
        f'<div class="sure"><p>{consequence}</p>{button}</div></details>'
    )
