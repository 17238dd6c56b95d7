"""The doors in front of the page: what comes in, for whom, how large and how fast; see `mount`."""
