"""Solving a sale's proof of work from a program. A browser does the same with any client of ALTCHA, version 2."""

import base64
from hashlib import sha256
from itertools import count

import msgspec

from fastshop.contract.lines import ProofChallenge


def solve(challenge: ProofChallenge) -> str:
    """The proof to send along with `JoinLine` or `ClaimUnits`. Takes a fraction of a second of one core.

    Raises `ValueError` for a challenge of another kind than the shop's.
    """
    asked = challenge.parameters
    if (asked.algorithm, asked.cost) != ("SHA-256", 1):
        raise ValueError(f"no solver for {asked.algorithm} with cost {asked.cost}")
    begin, prefix = bytes.fromhex(asked.salt) + bytes.fromhex(asked.nonce), bytes.fromhex(asked.key_prefix)
    for counter in count():
        key = sha256(begin + counter.to_bytes(4, "big")).digest()
        if key.startswith(prefix):
            break
    solution = {"counter": counter, "derivedKey": key[: asked.key_length].hex()}
    return base64.b64encode(msgspec.json.encode({"challenge": challenge, "solution": solution})).decode()
