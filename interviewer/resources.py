"""Where the shipped folders are, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Path of a shipped resource: `"knowledge"`, `"prompts"` or `"app.py"`.

    A wheel carries them under `interviewer/bundle`; a checkout has them beside the package.
    """
    bundled = _PACKAGE / "bundle" / name
    return bundled if bundled.exists() else _PACKAGE.parent / name
