"""FastShop for Python: the contract, and a client for it."""
