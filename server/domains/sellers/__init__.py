"""Sellers: how one becomes one, who works for one, and what happens when one is suspended."""
