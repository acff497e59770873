"""Secrets at rest: only the shop opens them, only in their place, and a new secret of the shop loses none."""

import pytest

from server.kernel.sealed import SealBroken, Sealed


def test_what_is_sealed_opens_in_its_place_and_does_not_show() -> None:
    sealed = Sealed(["a secret"]).seal(b"JBSWY3DPEHPK3PXP", "factors:1")
    assert b"JBSWY3DP" not in sealed
    assert Sealed(["a secret"]).open(sealed, "factors:1") == b"JBSWY3DPEHPK3PXP"
    assert Sealed(["a secret"]).seal(b"JBSWY3DPEHPK3PXP", "factors:1") != sealed


def test_in_another_place_it_does_not_open() -> None:
    sealed = Sealed(["a secret"]).seal(b"x", "factors:1")
    with pytest.raises(SealBroken):
        Sealed(["a secret"]).open(sealed, "factors:2")


@pytest.mark.parametrize("at", range(33))
def test_changed_in_any_byte_it_does_not_open(at: int) -> None:
    sealed = bytearray(Sealed(["a secret"]).seal(b"x", "factors:1"))
    assert len(sealed) == 33
    sealed[at] ^= 1
    with pytest.raises(SealBroken):
        Sealed(["a secret"]).open(bytes(sealed), "factors:1")


@pytest.mark.parametrize("rubbish", [b"", b"abc", b"x" * 4, b"x" * 40])
def test_rubbish_does_not_open(rubbish: bytes) -> None:
    with pytest.raises(SealBroken):
        Sealed(["a secret"]).open(rubbish, "factors:1")


def test_what_an_earlier_secret_sealed_still_opens_and_is_told_apart() -> None:
    old = Sealed(["old"]).seal(b"x", "factors:1")
    both = Sealed(["new", "old"])
    assert both.open(old, "factors:1") == b"x"
    new = both.seal(b"x", "factors:1")
    assert (both.outdated(old), both.outdated(new)) == (True, False)
    with pytest.raises(SealBroken):
        Sealed(["old"]).open(new, "factors:1")
