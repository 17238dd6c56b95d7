"""What held-out cross-encoders said of pairs, kept, so that measuring needs no training.

    python -m evals.judge.readings

A pair that was never read needs the model of its fold (`.evals/judge/B`, made by `train.py` and
`export.py`, or the one in `evals/models/judge`). What it says is noted, and this command takes all
notes into what is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.judge.data import FOLDER
from evals.judge.folds import FOLDS
from interviewer.core.errors import InterviewerError
from interviewer.judge.cross_encoder import VERDICTS, Chances, CrossEncoder

KEPT, MODELS = FOLDER / "readings", Path(".evals/judge")
COMMITTED = Path(__file__).parents[1] / "models" / "judge"
"""One of them, so that anybody can try it."""
NOTES = MODELS / "notes"

Known = dict[int, NDArray[np.float16]]


class KeptReader:
    """A cross-encoder that never saw the cases of a fold.

    Args:
        fold: the name of the fold.
    """

    def __init__(self, fold: str) -> None:
        self._fold = fold

    @cached_property
    def _known(self) -> Known:
        return read_kept(self._fold)

    @cached_property
    def _model(self) -> CrossEncoder:
        folder = model_folder(self._fold)
        if folder is None:
            raise InterviewerError(
                f"The judge without fold {self._fold} never read this text.",
                f"Train it into {MODELS / self._fold}, as evals/README.md says, and try again.",
            )
        return CrossEncoder(folder)

    def read(self, pairs: Sequence[tuple[str, str]]) -> Chances:
        """See `Reader.read`."""
        keys = [key_of(*pair) for pair in pairs]
        fresh = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in self._known}
        if fresh:
            self._add(dict(zip(fresh, self._model.read([*fresh.values()]), strict=True)))
        rows = [self._known[key] for key in keys]
        return np.array(rows, dtype=np.float32).reshape(len(rows), len(VERDICTS))

    def _add(self, made: dict[int, NDArray[np.float32]]) -> None:
        NOTES.mkdir(parents=True, exist_ok=True)
        with (NOTES / f"{self._fold}-{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            for key, row in made.items():
                self._known[key] = row.astype(np.float16)
                file.write(f"{[key, *map(float, self._known[key])]}\n")


def is_trained(fold: str) -> bool:
    """Whether there is a model that never saw the cases of a fold, or what it read."""
    return (KEPT / f"{fold}.npz").exists() or model_folder(fold) is not None


def model_folder(fold: str) -> Path | None:
    """Where the model that never saw the cases of a fold lies, if it does."""
    folders = (MODELS / fold, COMMITTED / fold)
    return next((folder for folder in folders if (folder / "model.onnx").exists()), None)


def key_of(question: str, window: str) -> int:
    """A number that names a pair."""
    digest = hashlib.blake2b(f"{question}\0{window}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def read_kept(fold: str) -> Known:
    """What is kept of a fold."""
    file = KEPT / f"{fold}.npz"
    if not file.exists():
        return {}
    with np.load(file, allow_pickle=False) as kept:
        return dict(zip(kept["keys"].tolist(), kept["chances"], strict=True))


def main() -> None:
    """Takes the notes in."""
    KEPT.mkdir(exist_ok=True)
    for fold in filter(is_trained, FOLDS):
        known = read_kept(fold)
        for file in NOTES.glob(f"{fold}-*.jsonl"):
            for line in file.read_text("utf-8").splitlines():
                key, *row = json.loads(line)
                known[key] = np.array(row, dtype=np.float16)
        keys = np.array(sorted(known), dtype=np.uint64)
        chances = np.array([known[key] for key in sorted(known)], dtype=np.float16)
        np.savez_compressed(KEPT / f"{fold}.npz", keys=keys, chances=chances)
        print(fold, len(keys))


if __name__ == "__main__":
    main()
