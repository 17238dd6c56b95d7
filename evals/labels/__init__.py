"""Item-level labels: what people or machines say of one rubric item in one answer."""

from evals.labels.answers import Answer, read_answers
from evals.labels.label import FOLDER, Label, LabelFinding, check_labels, item_hash, read_labels

__all__ = [
    "FOLDER",
    "Answer",
    "Label",
    "LabelFinding",
    "check_labels",
    "item_hash",
    "read_answers",
    "read_labels",
]
