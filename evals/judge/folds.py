"""Folds: cases that are held out together, with everybody who wrote answers to them."""

from __future__ import annotations

from collections.abc import Mapping

FOLDS: Mapping[str, tuple[str, str]] = {
    "A": ("video_recommendation", "harmful_content_detection"),
    "B": ("search_autocomplete", "news_feed_ranking"),
    "C": ("ad_click_prediction", "enterprise_rag"),
}
"""A writer's name begins with the fold he or she wrote for: nobody wrote for two."""


def fold_of(case_id: str) -> str:
    """The fold of a shipped case."""
    return next(fold for fold, cases in FOLDS.items() if case_id in cases)
