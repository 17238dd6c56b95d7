"""A folder of notes and the index that is built of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings

from interviewer.core.paths import Places
from interviewer.retrieval.builder import BuildReport, build_index, index_state
from interviewer.retrieval.index import PassageIndex
from tests.retrieval.words import Words

NOTES = {
    "concepts/drift.md": "# Drift\n\nInputs change.\n\n## Alerts\n\nCompare weekly histograms.\n",
    "concepts/bias.md": "# Bias\n\nTop slots get clicks.\n\n## Mistakes\n\nTrusting raw clicks.\n",
    "cases/feed/notes.md": "# Feed\n\n## Serving\n\nA cache keeps popular clicks close.\n",
}


PASSAGES = 5


class Workplace:
    """A home and a folder of notes."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(home=folder / "home", knowledge=None, database="")
        self.root = folder / "knowledge"
        for name, text in NOTES.items():
            self.write(name, text)

    @property
    def index(self) -> Path:
        return self.places.index

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def build(self, model: Embeddings | None = None, wait: float = 0) -> BuildReport:
        return build_index(self.places, [self.root], model or Words(), wait)

    def status(self) -> str:
        return index_state(self.places, [self.root]).status

    def collections(self) -> list[Path]:
        return sorted(path for path in self.index.iterdir() if path.is_dir())

    def reader(self) -> PassageIndex:
        return PassageIndex(self.places, Words())


def sources(index: PassageIndex, query: str, **narrow: Any) -> list[str]:
    return [hit.passage.source for hit in index.search(query, **narrow)]
