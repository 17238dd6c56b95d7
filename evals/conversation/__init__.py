"""How the interviewer listens: what rules can count in a conversation, what a model judges."""
