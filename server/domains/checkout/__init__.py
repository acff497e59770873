"""The checkout: what is between a cart and its order. Reserves, prices, has it paid, and orders it once."""
