"""Every reader of text takes time by the length of the text, and no more."""
