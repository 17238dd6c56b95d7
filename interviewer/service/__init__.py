"""All interviews of one home folder: the exchange, grading, looking back."""
