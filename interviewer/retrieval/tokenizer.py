"""Text to the word pieces that the embedding model was trained on."""

from __future__ import annotations

from pathlib import Path

from interviewer.core.errors import KnowledgeError

CLS, SEP, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"


class WordPiece:
    """The lower-casing BERT tokenizer over one vocabulary; safe to share between threads.

    Args:
        vocabulary: file of one piece a line.

    Raises:
        KnowledgeError: the vocabulary is not one of a BERT model.
    """

    def __init__(self, vocabulary: Path) -> None:
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

        model = models.WordPiece.from_file(str(vocabulary), unk_token=UNKNOWN)
        self._tokenizer = Tokenizer(model)
        self._tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        self._tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        self._first, self._last = self._id(CLS), self._id(SEP)

    def count(self, text: str) -> int:
        """How many pieces the text has, without the two that frame every input."""
        return len(self._pieces(text))

    def ids(self, text: str, limit: int) -> list[int]:
        """The framed input of the model, cut off at `limit` pieces, frame included."""
        return [self._first, *self._pieces(text)[: limit - 2], self._last]

    def _id(self, piece: str) -> int:
        number: int | None = self._tokenizer.token_to_id(piece)
        if number is None:
            raise KnowledgeError(f"The vocabulary lacks {piece!r}.", "Install interviewer again.")
        return number

    def _pieces(self, text: str) -> list[int]:
        # Half a surrogate pair cannot be encoded; people do paste such text.
        clean = text.encode("utf-8", "replace").decode("utf-8")
        pieces: list[int] = self._tokenizer.encode(clean, add_special_tokens=False).ids
        return pieces
