"""A shop worth looking at, made by our own generator: the same one every time. Never in production."""
