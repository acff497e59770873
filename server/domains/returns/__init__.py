"""Goods that come back, and disputes about them."""
