"""Endpoints of our own that stand in for a language model: scripted, misbehaving, obedient."""
