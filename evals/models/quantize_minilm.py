"""Rebuilds `interviewer/retrieval/minilm/model.onnx` from the upstream fp32 weights.

Nothing imports this and no test runs it: it documents, reproducibly, where the shipped file comes
from. In a throw-away environment with `onnx==1.19.1`, `onnxruntime==1.31.1`, `safetensors` and
`tokenizers`:

    python evals/models/quantize_minilm.py FOLDER_OF_UPSTREAM_FILES interviewer/retrieval/minilm

The folder holds `model.safetensors` and `vocab.txt` of sentence-transformers/all-MiniLM-L6-v2.

How the file is made, and why:

* The BERT graph is written node by node, with mean pooling and the unit length inside it: no
  exporter's version changes it, and a caller gets one vector a text.
* The word table (half of all weights) is int8 with one scale a row, looked up first and scaled
  after, so that a session never holds it in fp32.
* Linear layers are integer products (`MatMulInteger` with its scales and bias in one node).
  Activations are quantised with ranges measured once on `calibration.txt`, not anew for each call:
  a range per call depends on the other texts of a batch, and would give one text several vectors.
  It is faster and, with the two corrections below, closer to fp32.
* Smoothing: an input channel with a wide range is narrowed and its weights are widened by the same
  factor, so that a few loud channels do not cost all others their resolution.
* Bias correction: the mean error that rounding adds to an output on the calibration texts is
  taken off its bias.
* Weights keep seven bits. Eight would overflow the 16-bit sums of processors without VNNI, and a
  text would get another vector there.
* Position rows end at 256, the longest input the model was trained for.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

UPSTREAM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CALIBRATION = Path(__file__).with_name("calibration.txt")
HEADS, WIDTH, POSITIONS = 12, 384, 256
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
EPSILON = 1e-12
PAIR_SCALE = 20.0  # as in `evals/judge/train.py`
OPSET, IR_VERSION = 20, 10
WEIGHT_STEPS, ACTIVATION_STEPS = 63, 255
SMOOTHING_AFTER_NORM, SMOOTHING_ELSEWHERE = 0.65, 0.85
"""Share of a channel's range that moves into the weights; best output error of a small search."""

Array = NDArray[Any]
Weights = Mapping[str, Array]


def onnx() -> Any:
    """The `onnx` package, which nothing but this script needs."""
    return importlib.import_module("onnx")


class Graph:
    """Collects nodes and constants of one ONNX graph; methods return the name of their output.

    Args:
        activations: what each linear layer gets as input on the calibration texts, in the order
            of the layers, each (tokens, channels); None writes the graph in fp32.
    """

    def __init__(self, activations: Sequence[Array] | None = None) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.linear_inputs: list[str] = []
        self.activations = activations

    def constant(self, values: Array) -> str:
        """A constant tensor."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(onnx().numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """A node with one output."""
        name = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(
            onnx().helper.make_node(kind, list(inputs), [name], name=name, **attributes)
        )
        return name

    def integers(self, *values: int) -> str:
        """An int64 vector."""
        return self.constant(np.array(values, dtype=np.int64))

    def number(self, value: float) -> str:
        """An fp32 scalar."""
        return self.constant(np.array(value, dtype=np.float32))

    def linear(self, hidden: str, weight: Array, bias: Array) -> str:
        """`hidden @ weight.T + bias`, with the weight as upstream stores it (out, in)."""
        self.linear_inputs.append(hidden)
        if self.activations is None:
            product = self.add("MatMul", hidden, self.constant(weight.T))
            return self.add("Add", product, self.constant(bias))
        after_norm = hidden.startswith("LayerNormalization")
        made = quantize(
            self.activations[len(self.linear_inputs) - 1],
            weight,
            bias,
            SMOOTHING_AFTER_NORM if after_norm else SMOOTHING_ELSEWHERE,
        )
        scale, zero = self.number(made.scale), self.constant(made.zero)
        smoothed = self.add("Mul", hidden, self.constant(made.smoothing))
        return self.add(
            "MatMulIntegerToFloat",
            self.add("QuantizeLinear", smoothed, scale, zero),
            self.constant(made.weight.T),
            scale,
            self.constant(made.weight_scales),
            zero,
            "",
            self.constant(made.bias),
            domain="com.microsoft",
        )

    def norm(self, hidden: str, weights: Weights, at: str) -> str:
        """Layer normalisation over the last axis."""
        return self.add(
            "LayerNormalization",
            hidden,
            self.constant(weights[f"{at}.LayerNorm.weight"]),
            self.constant(weights[f"{at}.LayerNorm.bias"]),
            axis=-1,
            epsilon=EPSILON,
        )


@dataclass(frozen=True)
class Quantized:
    """One linear layer in integers: `(x * smoothing / scale + zero) @ weight.T`, scaled back."""

    smoothing: Array
    scale: float
    zero: Array
    weight: Array
    weight_scales: Array
    bias: Array


def quantize(inputs: Array, weight: Array, bias: Array, share: float) -> Quantized:
    """Chooses smoothing, ranges and corrected bias of one linear layer.

    Args:
        inputs: calibration activations (tokens, channels).
        weight: fp32 (out, in).
        bias: fp32 (out,).
        share: how much of a channel's range moves into its weights, 0-1.
    """
    loudest = np.maximum(np.abs(inputs).max(axis=0), 1e-4)
    widest = np.maximum(np.abs(weight).max(axis=0), 1e-6)
    factor = (loudest**share / widest ** (1 - share)).astype(np.float32)
    smooth = inputs / factor
    low, high = min(float(smooth.min()), 0.0), max(float(smooth.max()), 0.0)
    scale = float(np.float32((high - low) / ACTIVATION_STEPS))
    zero = np.array(np.clip(round(-low / scale), 0, ACTIVATION_STEPS), dtype=np.uint8)
    wide = weight * factor
    scales = np.maximum(np.abs(wide).max(axis=1) / WEIGHT_STEPS, 1e-12).astype(np.float32)
    steps = np.round(wide / scales[:, None])
    seen = np.clip(np.round(smooth / scale) + zero, 0, ACTIVATION_STEPS) - float(zero)
    error = (seen * scale) @ (steps * scales[:, None]).T - inputs @ weight.T
    return Quantized(
        smoothing=1 / factor,
        scale=scale,
        zero=zero,
        weight=steps.astype(np.int8),
        weight_scales=scales,
        bias=(bias - error.mean(axis=0)).astype(np.float32),
    )


def embed(graph: Graph, weights: Weights, pairs: bool) -> str:
    """Word, position and segment embeddings, normalised; a text alone has only one segment."""
    table = weights["embeddings.word_embeddings.weight"]
    if graph.activations is None:
        words = graph.add("Gather", graph.constant(table), "input_ids")
    else:
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127, 1e-12)
        rows = graph.constant(np.round(table / scale).astype(np.int8))
        factor = graph.add("Gather", graph.constant(scale.astype(np.float32)), "input_ids")
        looked_up = graph.add("Cast", graph.add("Gather", rows, "input_ids"), to=1)
        words = graph.add("Mul", looked_up, factor)
    positions = weights["embeddings.position_embeddings.weight"][:POSITIONS]
    if not pairs:
        positions = positions + weights["embeddings.token_type_embeddings.weight"][:1]
    length = graph.add("Shape", "input_ids", start=1, end=2)
    start = graph.integers(0)
    placed = graph.add("Slice", graph.constant(positions), start, length, start)
    if pairs:
        kinds = graph.constant(weights["embeddings.token_type_embeddings.weight"])
        words = graph.add("Add", words, graph.add("Gather", kinds, "token_type_ids"))
    return graph.norm(graph.add("Add", words, placed), weights, "embeddings")


def attend(graph: Graph, hidden: str, mask: str, weights: Weights, at: str) -> str:
    """Self-attention of one layer; query, key and value come from one product."""
    parts = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([weights[f"{part}.weight"] for part in parts])
    bias = np.concatenate([weights[f"{part}.bias"] for part in parts])
    joined = graph.linear(hidden, weight, bias)
    by_head = graph.add("Reshape", joined, graph.integers(0, 0, 3, HEADS, WIDTH // HEADS))
    # To (part, text, head, token, channel), of which each part is one slice.
    ordered = graph.add("Transpose", by_head, perm=[2, 0, 3, 1, 4])
    query, key, value = (
        graph.add("Gather", ordered, graph.constant(np.array(part, dtype=np.int64)), axis=0)
        for part in range(3)
    )
    across = graph.add("Transpose", key, perm=[0, 1, 3, 2])
    scores = graph.add("MatMul", query, across)
    scaled = graph.add("Mul", scores, graph.number((WIDTH / HEADS) ** -0.5))
    attention = graph.add("Softmax", graph.add("Add", scaled, mask), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", attention, value), perm=[0, 2, 1, 3])
    merged = graph.add("Reshape", mixed, graph.integers(0, 0, WIDTH))
    return close(graph, merged, hidden, weights, f"{at}.attention.output")


def close(graph: Graph, inner: str, hidden: str, weights: Weights, at: str) -> str:
    """Last linear layer of a block, the residual, the norm."""
    out = graph.linear(inner, weights[f"{at}.dense.weight"], weights[f"{at}.dense.bias"])
    return graph.norm(graph.add("Add", out, hidden), weights, at)


def feed_forward(graph: Graph, hidden: str, weights: Weights, at: str) -> str:
    """The two wide linear layers of one layer."""
    into = f"{at}.intermediate.dense"
    wide = graph.linear(hidden, weights[f"{into}.weight"], weights[f"{into}.bias"])
    return close(graph, graph.add("Gelu", wide), hidden, weights, f"{at}.output")


def pool(graph: Graph, hidden: str, kept: str) -> None:
    """Mean over the tokens that are kept, at unit length (which makes the division needless)."""
    weighted = graph.add("Mul", hidden, graph.add("Unsqueeze", kept, graph.integers(2)))
    summed = graph.add("ReduceSum", weighted, graph.integers(1), keepdims=0)
    length = graph.add("ReduceL2", summed, graph.integers(1), keepdims=1)
    length = graph.add("Max", length, graph.number(1e-12))
    graph.add("Div", summed, length, output="sentence_embedding")


def classify(graph: Graph, hidden: str, kept: str, weights: Weights) -> None:
    """Logits from the first token and the means of both segments (`evals/judge/train.py`)."""
    said = graph.add("Cast", "token_type_ids", to=onnx().TensorProto.FLOAT)
    means = []
    for part in (graph.add("Sub", kept, said), said):
        weighted = graph.add("Mul", hidden, graph.add("Unsqueeze", part, graph.integers(2)))
        summed = graph.add("ReduceSum", weighted, graph.integers(1), keepdims=0)
        length = graph.add("ReduceL2", summed, graph.integers(1), keepdims=1)
        means.append(graph.add("Div", summed, graph.add("Max", length, graph.number(1e-12))))
    first = graph.add("Gather", hidden, graph.constant(np.array(0, dtype=np.int64)), axis=1)
    alike = graph.add("Mul", graph.add("Mul", *means), graph.number(PAIR_SCALE))
    apart = graph.add("Abs", graph.add("Sub", *means))
    joined = graph.add("Concat", first, *means, alike, apart, axis=1)
    product = graph.add("MatMul", joined, graph.constant(weights["head.weight"].T))
    graph.add("Add", product, graph.constant(weights["head.bias"]), output="logits")


def build(weights: Weights, activations: Sequence[Array] | None = None) -> tuple[Any, list[str]]:
    """The model, and the names of what its linear layers get as input.

    Weights with a `head` make a cross-encoder of it: two segments go in and logits come out.
    """
    pairs = "head.weight" in weights
    layers = sum(name.endswith(".attention.self.query.weight") for name in weights)
    helper, floats = onnx().helper, onnx().TensorProto.FLOAT
    graph = Graph(activations)
    kept = graph.add("Cast", "attention_mask", to=floats)
    dropped = graph.add("Sub", graph.number(1), kept)
    mask = graph.add("Mul", dropped, graph.number(-1e9))
    mask = graph.add("Unsqueeze", mask, graph.integers(1, 2))
    hidden = embed(graph, weights, pairs)
    for layer in range(layers):
        hidden = attend(graph, hidden, mask, weights, f"encoder.layer.{layer}")
        hidden = feed_forward(graph, hidden, weights, f"encoder.layer.{layer}")
    if pairs:
        classify(graph, hidden, kept, weights)
    else:
        pool(graph, hidden, kept)
    inputs = [
        helper.make_tensor_value_info(name, onnx().TensorProto.INT64, ["texts", "tokens"])
        for name in INPUTS[: 3 if pairs else 2]
    ]
    last, width = ("logits", len(weights["head.bias"])) if pairs else ("sentence_embedding", WIDTH)
    output = helper.make_tensor_value_info(last, floats, ["texts", width])
    made = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, [output], graph.constants)
    domains = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(
        made, opset_imports=domains, ir_version=IR_VERSION, producer_name="interviewer"
    )
    return model, graph.linear_inputs


def calibrate(weights: Weights, feeds: Iterable[Mapping[str, Array]]) -> list[Array]:
    """What each linear layer gets as input in fp32, over one text or pair after another."""
    import onnxruntime

    model, names = build(weights)
    for name in names:
        model.graph.output.append(onnx().helper.make_empty_tensor_value_info(name))
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    seen: list[list[Array]] = [[] for _ in names]
    for feed in feeds:
        outputs = session.run(names, feed)
        for collected, output in zip(seen, outputs, strict=True):
            collected.append(output[0])
    return [np.concatenate(collected) for collected in seen]


def calibration_texts(tokenizer: Any) -> Iterator[Mapping[str, Array]]:
    """The calibration texts as the model reads them."""
    for text in CALIBRATION.read_text(encoding="utf-8").splitlines():
        ids = np.array([tokenizer.encode(text).ids[:POSITIONS]], dtype=np.int64)
        yield {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def read_weights(folder: Path) -> Weights:
    """Upstream's tensors in fp32; stops when the file is another one."""
    load_file = importlib.import_module("safetensors.numpy").load_file
    path = folder / "model.safetensors"
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != UPSTREAM_SHA256:
        raise SystemExit(f"{path} has sha256 {found}, expected {UPSTREAM_SHA256}.")
    return {
        name: tensor.astype(np.float32)
        for name, tensor in load_file(path).items()
        if tensor.dtype.kind == "f"
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    from tokenizers import BertWordPieceTokenizer

    parser = argparse.ArgumentParser(description="Rebuild the shipped sentence-embedding model.")
    parser.add_argument("upstream", type=Path, help="folder of model.safetensors and vocab.txt")
    parser.add_argument("out", type=Path, help="folder to write model.onnx and vocab.txt to")
    parser.add_argument("--fp32", type=Path, help="also write the unquantised graph here")
    chosen = parser.parse_args(arguments)
    weights = read_weights(chosen.upstream)
    vocabulary = chosen.upstream / "vocab.txt"
    activations = calibrate(weights, calibration_texts(BertWordPieceTokenizer(str(vocabulary))))
    chosen.out.mkdir(parents=True, exist_ok=True)
    onnx().save(build(weights, activations)[0], chosen.out / "model.onnx")
    (chosen.out / "vocab.txt").write_bytes(vocabulary.read_bytes())
    if chosen.fp32:
        onnx().save(build(weights)[0], chosen.fp32)
    for name in ("model.onnx", "vocab.txt"):
        content = (chosen.out / name).read_bytes()
        print(f"{name}\t{len(content)} bytes\tsha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
