"""Which process owns an actor: leases in PostgreSQL, messages to the owner and answers back over Valkey.

All of it only directs messages. The version in an actor's commit decides who may write (promise P4), so whatever is
late, lost or doubled here costs time and nothing else.
"""
