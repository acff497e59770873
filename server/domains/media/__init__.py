"""Pictures of products: taken in, made anew, kept, removed."""
