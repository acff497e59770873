"""The areas that the shop is composed of, one module each: who stands behind which port. `server.services` joins them.

Nothing here connects to anything: the lists of operations and channels can be had without a database.
"""
