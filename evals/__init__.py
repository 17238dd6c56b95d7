"""How good the interviewer is, measured. Nothing in the package imports this."""
