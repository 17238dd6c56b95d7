"""The client of an OpenAI-compatible endpoint: bounded calls that fail in known ways."""
