"""The plain echo of other frameworks, each written as its own documentation does it, served by the same uvicorn."""
