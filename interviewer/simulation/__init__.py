"""Scripted candidates, what is expected of their interviews, endpoints that misbehave."""
