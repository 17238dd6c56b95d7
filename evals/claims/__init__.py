"""Suite `claims`: whether wrong claims, and only they, are challenged."""
