"""Judges: who decides the verdicts on rubric items."""
