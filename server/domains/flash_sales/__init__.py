"""Flash sales: the edge of the actor in `actors/flash_sale.py`, its store, its channels."""
