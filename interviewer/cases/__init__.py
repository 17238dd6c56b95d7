"""Cases: their files, variants, checks and paraphrases."""
