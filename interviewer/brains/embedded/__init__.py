"""The brain that works offline, with no key and no network."""
