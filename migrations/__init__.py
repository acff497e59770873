"""The migrations of the whole shop, one straight line. One that has landed is never edited."""
