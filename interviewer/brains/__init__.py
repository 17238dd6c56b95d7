"""Who judges and speaks: brains behind one protocol."""
