"""Keyed hashes: equal for equal texts, for one purpose, under one secret."""

from server.kernel.keyed import Keyed

SECRET = "the secret of this shop"


def test_equal_texts_have_equal_hashes_whoever_makes_them() -> None:
    assert Keyed(SECRET).of("limits", "a card") == Keyed(SECRET).of("limits", "a card")


def test_another_text_purpose_or_secret_has_another_hash() -> None:
    hashes = {
        Keyed(SECRET).of("limits", "a card"),
        Keyed(SECRET).of("limits", "another card"),
        Keyed(SECRET).of("payment method", "a card"),
        Keyed("another secret").of("limits", "a card"),
        Keyed(SECRET).of("limitsa", " card"),
    }
    assert len(hashes) == 5
    assert all(len(each) == 32 and int(each, 16) for each in hashes)


def test_the_key_of_a_purpose_is_not_the_secret() -> None:
    keys = {Keyed(SECRET).key("limits"), Keyed(SECRET).key("payment method"), SECRET.encode()}
    assert len(keys) == 3
