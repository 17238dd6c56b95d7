"""Deleting interviews on the page: what is asked first, and what is kept until then, as HTML."""

from __future__ import annotations

from interviewer.face.text import plain

KEPT = (
    "Your messages, your sketches and how they were judged are kept in the data folder of the "
    "machine that serves this page, until you delete them."
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


def everything(total: int) -> str:
    """The way to delete all interviews; it asks once.

    Args:
        total: how many there are.
    """
    many = "the one interview" if total == 1 else f"all {total:,} interviews"
    button = '<button type="button" class="stop" data-act="delete_all">Delete all for good</button>'
    return (
        f'<div class="kept"><p>{KEPT}</p>'
        f"{_asking(f'Delete {many}', f'Every word of {many} goes.', button)}</div>"
    )


def _asking(name: str, consequence: str, button: str) -> str:
    return (
        f'<details class="delete"><summary>{name}</summary>'
        f'<div class="sure"><p>{consequence}</p>{button}</div></details>'
    )
