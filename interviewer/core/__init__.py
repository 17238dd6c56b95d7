"""Values that everybody shares: case, transcript, act, assessment, settings, errors, paths."""
