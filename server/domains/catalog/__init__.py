"""Sellers, categories, brands, products, variants, stock."""
