"""What an interview came to, as one value, and how it stands meanwhile."""
