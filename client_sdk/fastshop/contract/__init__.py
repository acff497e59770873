"""The contract: every command, answer, event, channel and refusal of the shop, said once.

The server, the SDK, the documents and the browser's types are all read off these definitions. This package
imports nothing but msgspec and the standard library, and importing it does nothing.
"""
