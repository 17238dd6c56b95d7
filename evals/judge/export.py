"""Makes an int8 file (`model.onnx`) of what `train.py` wrote.

    python -m evals.judge.export FOLDER

As for the sentence model (`evals/models/quantize_minilm.py`), the graph is written node by node and
ranges are measured once, here on a draw of training pairs: a pair has the same verdict alone and
among others, on every processor.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.judge.pairs import Pair, domain_pairs, read_domains
from evals.models.quantize_minilm import build, calibrate, onnx
from interviewer.judge.cross_encoder import encode_pair
from interviewer.retrieval.embedding import WordPiece, shared_model

CALIBRATED_ON = 160  # pairs


def feeds(pairs: Sequence[Pair], wordpiece: WordPiece) -> Iterator[Mapping[str, NDArray[Any]]]:
    """Pairs as the model reads them, one at a time."""
    for pair in pairs:
        ids, segments = encode_pair(wordpiece, pair.criterion.question, pair.window)
        known = np.array([ids], dtype=np.int64)
        yield {
            "input_ids": known,
            "attention_mask": np.ones_like(known),
            "token_type_ids": np.array([segments], dtype=np.int64),
        }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    weights = import_module("safetensors.numpy").load_file(folder / "model.safetensors")
    draw = random.Random(0)
    pairs = [pair for domain in read_domains() for pair in domain_pairs(domain, draw)]
    chosen = draw.sample(pairs, min(CALIBRATED_ON, len(pairs)))
    activations = calibrate(weights, feeds(chosen, shared_model().wordpiece))
    model = folder / "model.onnx"
    onnx().save(build(weights, activations)[0], model)
    print(f"{model.stat().st_size} bytes, {hashlib.sha256(model.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
