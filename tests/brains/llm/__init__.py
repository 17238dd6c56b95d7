"""The LLM brain, over scripted models."""
