"""One folder a noun; a domain never imports another."""
