"""Trains the cross-encoder of the judge, from MiniLM's weights and the pairs of `pairs.py`.

    python -m evals.judge.train --out FOLDER --upstream FOLDER [--without FOLD] [--seed N]

It needs `requirements.txt` beside it, two cores and about ten minutes for 55,000 pairs and an
epoch where the processor multiplies in bf16, half an hour where it does not. `model.safetensors`
(fp32, BERT's names and a `head`) goes into the folder, and `export.py` makes the int8 file of it.
Every epoch is kept: a broken run goes on after the last.

A cross-encoder reads the criterion and the window together (Nogueira and Cho 2019, "Passage
re-ranking with BERT"), so that what turns a claim round is seen against what is asked. The head
stands on the first token, on the means of both parts, and on how these are alike and differ: MiniLM
was trained to make such means near when texts are, and without them it forgets that.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from evals.judge.data import UNSEEN
from evals.judge.folds import FOLDS
from evals.judge.pairs import Pair, domain_pairs, read_domains, training_pairs
from evals.models.quantize_minilm import PAIR_SCALE
from interviewer.judge.cross_encoder import VERDICTS, encode_pair
from interviewer.retrieval.embedding import WordPiece, shared_model

BATCH = 32
EPOCHS = 1
RATE = 2e-4
WARM_UP = 0.06
DECAY = 0.01
DROPOUT = 0.1
SMOOTHING = 0.05
FROZEN = 3
"""Layers that keep their weights. With all of them trained the pairs are learnt by heart."""
STATEMENT_ALONE = 0.4
"""How often a criterion is shown without `met_when`, so that little is enough."""
POOL = 50  # batches that are sorted by length together
HALF = torch.ops.mkldnn._is_mkldnn_bf16_supported()
"""Whether the processor multiplies in bf16; where that is emulated, it is slower than fp32."""


class PooledDropout(nn.Module):
    """Dropout whose masks are cut from one that is drawn once: drawing took a third of the time.

    Args:
        rate: share of values that are dropped.
    """

    SIZE = 1 << 23

    def __init__(self, rate: float) -> None:
        super().__init__()
        kept = torch.rand(self.SIZE) >= rate
        self._mask = kept.to(torch.bfloat16 if HALF else torch.float32) / (1 - rate)
        self.p = rate  # BERT looks at it

    def forward(self, hidden: Tensor) -> Tensor:
        """The values, some of them 0 while training."""
        if not self.training:
            return hidden
        start = int(torch.randint(self.SIZE - hidden.numel(), ()))
        return hidden * self._mask[start : start + hidden.numel()].view(hidden.shape)


class Reader(nn.Module):
    """MiniLM with four classes on top.

    Args:
        upstream: folder of the weights to begin with.
    """

    def __init__(self, upstream: Path) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(upstream)
        config.hidden_dropout_prob, config.attention_probs_dropout_prob = DROPOUT, 0.0
        # On CPUs the fused attention's backward pass takes three times as long.
        self.bert = BertModel.from_pretrained(
            upstream, config=config, attn_implementation="eager", add_pooling_layer=False
        )
        dropout = PooledDropout(DROPOUT)
        for module in [*self.bert.modules()]:
            for name, part in module.named_children():
                if isinstance(part, nn.Dropout) and part.p > 0:
                    setattr(module, name, dropout)
        for fixed in (self.bert.embeddings, *self.bert.encoder.layer[:FROZEN]):
            fixed.requires_grad_(False)
        self.head = nn.Linear(5 * config.hidden_size, len(VERDICTS))

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
        """Logits, shape (pairs, verdicts)."""
        hidden = self.bert(
            input_ids=ids, attention_mask=mask, token_type_ids=segments
        ).last_hidden_state
        said = segments.to(hidden.dtype).unsqueeze(-1)
        asked = mask.to(hidden.dtype).unsqueeze(-1) - said
        question, window = (
            nn.functional.normalize((hidden * part).sum(1), dim=1) for part in (asked, said)
        )
        alike, apart = PAIR_SCALE * question * window, (question - window).abs()
        joined = torch.cat((hidden[:, 0], question, window, alike, apart), dim=1)
        logits: Tensor = self.head(joined)
        return logits


class Input(NamedTuple):
    """A pair as numbers."""

    ids: list[int]
    segments: list[int]
    verdict: int
    weight: float


def inputs_of(
    pairs: Sequence[Pair], wordpiece: WordPiece, draw: random.Random | None
) -> list[Input]:
    """The pairs of one epoch, some criteria without `met_when` where `draw` says so."""
    found = []
    for pair in pairs:
        alone = draw is not None and draw.random() < STATEMENT_ALONE
        question = pair.criterion.statement if alone else pair.criterion.question
        ids, segments = encode_pair(wordpiece, question, pair.window)
        found.append(Input(ids, segments, pair.verdict, pair.weight))
    return found


def batches(inputs: Sequence[Input], draw: random.Random) -> Iterator[list[Input]]:
    """Batches of similar length, in random order."""
    order = draw.sample(inputs, len(inputs))
    made: list[list[Input]] = []
    for start in range(0, len(order), BATCH * POOL):
        pool = sorted(order[start : start + BATCH * POOL], key=lambda one: len(one.ids))
        made += [pool[at : at + BATCH] for at in range(0, len(pool), BATCH)]
    draw.shuffle(made)
    yield from made


def tensors(batch: Sequence[Input]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and segments, padded."""
    length = max(len(one.ids) for one in batch)
    ids, mask, segments = (torch.zeros((len(batch), length), dtype=torch.long) for _ in range(3))
    for row, one in enumerate(batch):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        mask[row, : len(one.ids)] = 1
        segments[row, : len(one.ids)] = torch.tensor(one.segments)
    return ids, mask, segments


class Training:
    """A reader with what changes it.

    Args:
        reader: is trained.
        steps: batches in all epochs.
        kept: file with the state after the last epoch.
    """

    def __init__(self, reader: Reader, steps: int, kept: Path) -> None:
        self.reader, self._kept, self.epochs = reader, kept, 0
        trained = [parameter for parameter in reader.parameters() if parameter.requires_grad]
        self._optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=DECAY, fused=True)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, RATE, total_steps=steps, pct_start=WARM_UP, anneal_strategy="linear"
        )
        self._loss = nn.CrossEntropyLoss(label_smoothing=SMOOTHING, reduction="none")
        self._parts = {"reader": reader, "by": self._optimizer, "rate": self._schedule}
        if kept.exists():
            state = torch.load(kept, weights_only=True)
            self.epochs = state["epochs"]
            for name, part in self._parts.items():
                part.load_state_dict(state[name])

    def learn(self, batch: Sequence[Input]) -> float:
        """One step; returns the loss before it."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):
            logits = self.reader(*tensors(batch))
        verdicts = torch.tensor([one.verdict for one in batch])
        weights = torch.tensor([one.weight for one in batch])
        loss = (self._loss(logits.float(), verdicts) * weights).sum() / weights.sum()
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        return float(loss.detach())

    def keep(self) -> None:
        """Keeps the state after an epoch."""
        self.epochs += 1
        state = {name: part.state_dict() for name, part in self._parts.items()}
        torch.save(state | {"epochs": self.epochs}, self._kept)


def train(pairs: Sequence[Pair], reader: Reader, out: Path, seed: int) -> None:
    """Trains all epochs, and says after each how well the unseen domains are read."""
    wordpiece = shared_model().wordpiece
    per_epoch = len(list(batches(inputs_of(pairs, wordpiece, None), random.Random(0))))
    training = Training(reader, EPOCHS * per_epoch, out / "epoch.pt")
    unseen = [pair for one in read_domains(UNSEEN) for pair in domain_pairs(one, random.Random(0))]
    while training.epochs < EPOCHS:
        draw = random.Random(f"{seed}-{training.epochs}")
        torch.manual_seed(seed + training.epochs)
        reader.train()
        losses = []
        for at, batch in enumerate(batches(inputs_of(pairs, wordpiece, draw), draw)):
            losses.append(training.learn(batch))
            if at % 100 == 99:
                print(f"{at + 1}/{per_epoch} loss {sum(losses[-100:]) / 100:.3f}", flush=True)
        training.keep()
        right = accuracy(reader, inputs_of(unseen, wordpiece, None))
        print(f"after epoch {training.epochs}: unseen domains {right:.3f}", flush=True)
    weights = {name.removeprefix("bert."): tensor for name, tensor in reader.state_dict().items()}
    save_file(
        {name: tensor.contiguous() for name, tensor in weights.items()}, out / "model.safetensors"
    )


def accuracy(reader: Reader, inputs: Sequence[Input]) -> float:
    """Share of pairs with the right verdict."""
    reader.eval()
    right = 0
    for start in range(0, len(inputs), BATCH):
        batch = inputs[start : start + BATCH]
        with torch.no_grad():
            found = reader(*tensors(batch)).argmax(dim=1).tolist()
        right += sum(one.verdict == verdict for one, verdict in zip(batch, found, strict=True))
    return right / len(inputs)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--upstream", type=Path, required=True, help="all-MiniLM-L6-v2 in fp32")
    parser.add_argument("--without", default="", choices=["", *FOLDS], help="a fold to hold out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    torch.set_num_threads(asked.threads)
    asked.out.mkdir(parents=True, exist_ok=True)
    pairs = training_pairs(FOLDS.get(asked.without, ()), asked.seed)
    counts = Counter(f"{pair.source}: {VERDICTS[pair.verdict]}" for pair in pairs)
    print(len(pairs), json.dumps(dict(sorted(counts.items())), indent=1))
    train(pairs, Reader(asked.upstream), asked.out, asked.seed)


if __name__ == "__main__":
    main()
