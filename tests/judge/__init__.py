"""Tests of the embedded judge."""
