"""How words are read: sentences, language, intents, injection, negation, quantities."""
