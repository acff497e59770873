"""How much one connection may ask, hold and leave unread."""

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """The bounds of real time. Times are in seconds, sizes in bytes, rates per second."""

    frame_bytes: int = 64 * 1024
    subscriptions: int = 128
    commands_per_second: float = 20
    commands_burst: int = 60
    # So many refused in a row, and the connection is closed.
    commands_over: int = 300
    commands_in_flight: int = 32
    sockets_per_user: int = 8
    connect_within: float = 10
    ping_every: float = 25
    pong_within: float = 8
    # After a token's time a client may still come with a new one.
    refresh_within: float = 25
    # How long commands under way may still be answered when a connection must end.
    leave_within: float = 0.5
    outbound_messages: int = 256
    outbound_bytes: int = 1024 * 1024
    # What is written at once: large enough to coalesce a burst, small enough that the rest stays under our bound.
    outbound_frame: int = 64 * 1024
    # More missed than this, and a fresh snapshot is the smaller answer.
    recovered_events: int = 5_000
    recovered_bytes: int = 1024 * 1024
    history_events: int = 1_000
    # Readings of snapshots at a time, so that commands find connections to the database when many come at once.
    readings: int = 8
    state_per_second: float = 10
    # The second net under the wake-ups between nodes: watched channels are compared with the database this often.
    recheck_every: float = 5
    reread_every: float = 3
    # Snapshots of watched state channels are read again at most this often in all.
    rereads_per_second: float = 50
    # Nodes say this often that they are there.
    hello_every: float = 2
    presence_seconds: int = 60
    sweep_every: float = 30
    # While other nodes cannot be told of ended sessions, each has to look by itself.
    sweep_alone_every: float = 0.5
