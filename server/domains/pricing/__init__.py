"""Prices, promotions and taxes: the engine, and what it is fed with."""
