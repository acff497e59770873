"""When two delivery addresses are the same place."""

import re
import unicodedata

from fastshop.contract.addresses import PostalAddress

# Words that people write in full or not, in the languages of most of our parcels; after accents are gone.
_SHORT = {
    "street": "st", "road": "rd", "avenue": "ave", "lane": "ln", "drive": "dr", "square": "sq", "apartment": "apt",
    "strasse": "str", "platz": "pl", "boulevard": "blvd", "calle": "c", "via": "v", "saint": "st",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+|\d+")


def normalised(address: PostalAddress) -> str:
    """The place that an address names, whoever lives there: without case, accents, punctuation and spaces.

    A postal code says the city better than people do; where there is none, the city counts.
    """
    where = _plain(address.postal_code) or _plain(address.city)
    return " ".join((address.country, where, _plain(address.street)))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "".join(_shortened(word) for word in _WORD.findall(bare))


def _shortened(word: str) -> str:
    if word in _SHORT:
        return _SHORT[word]
    # German joins the word to the name: Hauptstrasse is Hauptstr.
    return f"{word.removesuffix('strasse')}str" if word.endswith("strasse") else word
