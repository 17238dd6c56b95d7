"""Addresses of ours as they stand in pages: below the path that the app is served under."""

from __future__ import annotations

_root = ""


def serve_under(root: str) -> None:
    """Puts every address below a path; a process serves one site, so it is said once at its start.

    Args:
        root: such as `/coach`, or nothing.
    """
    global _root
    _root = root


def at(path: str) -> str:
    """An address of ours as a page links to it.

    Args:
        path: below the root path, such as `/study`.
    """
    return _root + path
