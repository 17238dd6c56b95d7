"""The browser face: values in, escaped HTML out, and the server that carries it."""
