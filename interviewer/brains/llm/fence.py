"""Candidate text as data inside a prompt: numbered, between marks that it cannot write itself."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Sequence

LEFT_OUT = "(left out)"
_NUMBER = re.compile(r"\[(\d+)\]")
_UNSEEN = frozenset(("Cc", "Cf", "Co", "Cs"))


def fenced(name: str, lines: Sequence[str]) -> str:
    """Lines between two marks that stand nowhere in them.

    Args:
        name: what the lines are, in the mark.
        lines: untrusted text.
    """
    body = "\n".join(plain(line) for line in lines)
    digest = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()
    tags = (digest[at : at + 8] for at in range(len(digest) - 8))
    # The marks come from the text itself, so nobody can have written them into it beforehand.
    tag = next(tag for tag in tags if tag not in body)
    return f"<{name} {tag}>\n{body}\n</{name} {tag}>"


def numbered(sentences: Sequence[str], left_out: Collection[int] = ()) -> list[str]:
    """Sentences with their numbers from 1, which nobody can fake; those left out keep theirs."""
    shown = (_NUMBER.sub(r"(\1)", sentence) for sentence in sentences)
    return [
        f"[{at + 1}] {LEFT_OUT if at in left_out else sentence}"
        for at, sentence in enumerate(shown)
    ]


def unnumbered(quote: str) -> str:
    """A quote without the numbers of sentences that were copied along."""
    return _NUMBER.sub("", quote).strip()


def plain(text: str) -> str:
    """A text on one line, without characters that nobody sees."""
    seen = (" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    kept = "".join(char for char in seen if unicodedata.category(char) not in _UNSEEN)
    return " ".join(kept.split())
