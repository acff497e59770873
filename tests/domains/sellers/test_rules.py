"""Which words a shop may have, and which tax numbers there are."""

import pytest

from fastshop.contract.sellers import StoreWordsRefused, TaxNumberInvalid
from server.domains.sellers.rules import check_slug, checked_name, checked_tax_number, checked_text


def test_addresses_of_the_marketplace_are_nobodys() -> None:
    check_slug("pixelwerk")
    with pytest.raises(StoreWordsRefused, match="reserved"):
        check_slug("admin")


def test_a_name_is_tidied() -> None:
    assert checked_name("  Pixel \t Werk ") == "Pixel Werk"
    assert checked_name("خانه\u200cها") == "خانه\u200cها"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("!!!", "letters or digits"),
        ("x", "letters or digits"),
        (" Customer  SERVICE ", "reserved"),
        ("Pixel\u202ewerk", "cannot be seen"),
        ("Pixel\u0000werk", "cannot be seen"),
    ],
)
def test_a_name_that_misleads_is_refused(name: str, why: str) -> None:
    with pytest.raises(StoreWordsRefused, match=why):
        checked_name(name)


def test_a_description_has_lines_and_nothing_hidden() -> None:
    assert checked_text(" Lamps\r\nand\twhat hangs below. ") == "Lamps\r\nand\twhat hangs below."
    with pytest.raises(StoreWordsRefused, match="cannot be seen"):
        checked_text("Lamps\u200b")


async def test_a_tax_number_is_checked_where_the_countrys_are_known() -> None:
    assert await checked_tax_number("DE", " DE 136 695 976 ") == "136695976"
    assert await checked_tax_number("US", "91-1144442") == "911144442"
    assert await checked_tax_number("DE", "  ") == ""
    # Nobody has told the rule of Atlantis.
    assert await checked_tax_number("XX", " any thing ") == "any thing"
    with pytest.raises(TaxNumberInvalid):
        await checked_tax_number("DE", "DE136695977")
