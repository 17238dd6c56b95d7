"""Tests of notes, embeddings and the passage index."""
