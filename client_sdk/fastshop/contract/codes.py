"""The numbers of the WebSocket: why a command had no answer, and why a connection was closed.

Error codes below 400 are the protocol's own (Centrifugo's client protocol); from 400 on they are the shop's: the status
that the same refusal has over HTTP. A close code says whether to come back: 3000-3499 and 4000-4499 come back by
themselves, 3500-3999 and 4500-4999 stay away until a person decides otherwise.
"""

from typing import NamedTuple


class ErrorCode(NamedTuple):
    """Why a command had no answer. ``temporary``: the very same command may succeed later."""

    number: int
    sentence: str
    meaning: str
    temporary: bool = False


class CloseCode(NamedTuple):
    """Why a connection was closed. ``sentence`` is the reason in the closing frame."""

    number: int
    sentence: str
    meaning: str

    @property
    def come_back(self) -> bool:
        """Whether a client connects again by itself."""
        return self.number % 1000 < 500


UNAUTHORIZED = ErrorCode(101, "unauthorized", "The token belongs to somebody else than the connection.")
PERMISSION_DENIED = ErrorCode(103, "permission denied", "Only who is subscribed to the channel may ask this of it.")
METHOD_NOT_FOUND = ErrorCode(104, "method not found", "There is no such operation, or no such kind of command.")
ALREADY_SUBSCRIBED = ErrorCode(105, "already subscribed", "This connection is subscribed to the channel.")
LIMIT_EXCEEDED = ErrorCode(106, "limit exceeded", "The connection has as many subscriptions as it may have.")
BAD_REQUEST = ErrorCode(107, "bad request", "A part of the command is missing or out of bounds.")
NOT_AVAILABLE = ErrorCode(108, "not available", "This kind of channel does not offer that.")
TOKEN_EXPIRED = ErrorCode(109, "token expired", "The token is not valid (any more). Come again with a new one.")
TOO_MANY_REQUESTS = ErrorCode(111, "too many requests", "More commands than a connection may send. Slow down.", True)
UNRECOVERABLE_POSITION = ErrorCode(112, "unrecoverable position", "What came after that position is not kept.")

# From here on the message is the refusal itself: the problem document that HTTP answers, as compact JSON.
INVALID = ErrorCode(400, "{problem}", "The operation refused what was sent.")
UNAUTHENTICATED = ErrorCode(401, "{problem}", "Sign in first.")
FORBIDDEN = ErrorCode(403, "{problem}", "The caller may not do this.")
NOT_FOUND = ErrorCode(404, "{problem}", "It does not exist, or not for this caller.")
CONFLICT = ErrorCode(409, "{problem}", "It does not fit the present state.")
TOO_MANY = ErrorCode(429, "{problem}", "A limit of the operation was reached.", True)
UNAVAILABLE = ErrorCode(503, "{problem}", "The shop cannot answer now.", True)

ERRORS = (
    UNAUTHORIZED,
    PERMISSION_DENIED,
    METHOD_NOT_FOUND,
    ALREADY_SUBSCRIBED,
    LIMIT_EXCEEDED,
    BAD_REQUEST,
    NOT_AVAILABLE,
    TOKEN_EXPIRED,
    TOO_MANY_REQUESTS,
    UNRECOVERABLE_POSITION,
    INVALID,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    CONFLICT,
    TOO_MANY,
    UNAVAILABLE,
)

SHUTDOWN = CloseCode(3001, "shutdown", "The server restarts or moves. Nothing is lost: come back and resume.")
SERVER_ERROR = CloseCode(3004, "internal server error", "Something went wrong on our side.")
EXPIRED = CloseCode(3005, "connection expired", "The session's time ran out without a refresh.")
SLOW = CloseCode(3008, "slow", "More was waiting to be read than is kept for a reader. Come back and resume.")
INSUFFICIENT_STATE = CloseCode(3010, "insufficient state", "The server lost its place in a stream. Resume.")
FORCE_RECONNECT = CloseCode(3011, "force reconnect", "What the caller may do has changed. Connect anew.")
NO_PONG = CloseCode(3012, "no pong", "A ping was not answered in time.")
COMMAND_FLOOD = CloseCode(3013, "too many requests", "The limit of commands was passed over for too long.")
MALFORMED = CloseCode(3501, "bad request", "A frame was not what the protocol says, or came before `connect`.")
CONNECTION_LIMIT = CloseCode(3504, "connection limit", "The same person opened too many newer connections.")
INAPPROPRIATE_PROTOCOL = CloseCode(3506, "inappropriate protocol", "A binary frame came; only JSON text is spoken.")
# Centrifugo stays away then (3502). Here a phone that slept in its handshake, or came while all were busy, comes back.
STALE = CloseCode(4001, "stale", "No `connect` came in time, or it could not be answered in time. Come again.")
SESSION_ENDED = CloseCode(4501, "session ended", "The session was signed out or ended. Sign in again.")
SESSION_REPLACED = CloseCode(4502, "session replaced", "A newer device signed in, and as many as may be were already.")

CLOSES = (
    SHUTDOWN,
    SERVER_ERROR,
    EXPIRED,
    SLOW,
    INSUFFICIENT_STATE,
    FORCE_RECONNECT,
    NO_PONG,
    COMMAND_FLOOD,
    MALFORMED,
    CONNECTION_LIMIT,
    INAPPROPRIATE_PROTOCOL,
    STALE,
    SESSION_ENDED,
    SESSION_REPLACED,
)
