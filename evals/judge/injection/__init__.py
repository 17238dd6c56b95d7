"""The model of sentences that try to steer the judging, and what it is fitted on."""
