"""Fitting of the embedded judge."""
