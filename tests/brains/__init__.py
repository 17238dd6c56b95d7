"""Tests of brains, one contract for all of them."""
