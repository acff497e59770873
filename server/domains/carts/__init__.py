"""Carts: kept, priced, shared. What an edit makes of one is decided in `actors.user`."""
