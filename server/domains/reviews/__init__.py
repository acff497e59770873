"""Reviews of products: written by customers, voted helpful, reported, moderated."""
