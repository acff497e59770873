"""What the demo shop sells: the shelves, and the words that its products are named with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category of the third level. Prices are in euro cents; ``shape`` is how its products are drawn."""

    path: tuple[str, str, str]
    seller: str
    shape: str
    nouns: tuple[str, ...]
    price: tuple[int, int]
    options: dict[str, tuple[str, ...]]
    about: str


_SIZES = ("XS", "S", "M", "L", "XL")
_SHOES = ("38", "39", "40", "41", "42", "43", "44")
_COLOURS = ("Graphite", "Sand", "Moss", "Ocean", "Clay")

SELLERS = {
    "Nordlicht Studio": "Quiet things for the home, made in small runs by workshops we know by name.",
    "Alder & Wren": "Clothes that are mended before they are replaced. Organic cotton, honest wool.",
    "Pixelwerk": "Computers, sound and light for people who read the manual.",
    "Trailhead Supply": "Gear that has been rained on. Tested in the Alps, the Tatra and on the way to work.",
    "Kleine Rösterei": "Coffee roasted on Tuesdays, and everything that it takes to brew it.",
    "Papierboot": "Paper, pens and books, sent out on the day you order.",
}

BRANDS = ("Solveig", "Halden", "Monolith", "Ferrum", "Bramble", "Kestrel", "Lumen", "Ostwind", "Tarn", "Vela")

ADJECTIVES = ("Classic", "Everyday", "Featherweight", "Heritage", "Studio", "Weekend", "Nomad", "Essential", "Fjord")

SHELVES = (
    Shelf(
        ("Home", "Lighting", "Table lamps"),
        "Nordlicht Studio",
        "lamp",
        ("Table Lamp", "Reading Lamp", "Dimmable Lamp"),
        (4900, 18900),
        {"Colour": _COLOURS[:3]},
        "Warm light of 2,700 kelvin, dimmable without flicker.",
    ),
    Shelf(
        ("Home", "Lighting", "Pendants"),
        "Nordlicht Studio",
        "pendant",
        ("Pendant", "Dome Pendant", "Glass Pendant"),
        (7900, 32900),
        {"Colour": _COLOURS[:2]},
        "Hangs on three metres of woven cable that can be cut to length.",
    ),
    Shelf(
        ("Home", "Kitchen", "Cups and bowls"),
        "Nordlicht Studio",
        "cup",
        ("Mug", "Breakfast Bowl", "Espresso Cup", "Tumbler"),
        (1200, 4200),
        {"Glaze": ("Oat", "Slate", "Fern")},
        "Stoneware, thrown and glazed by hand, safe in the dishwasher.",
    ),
    Shelf(
        ("Home", "Kitchen", "Pots and pans"),
        "Nordlicht Studio",
        "pot",
        ("Frying Pan", "Casserole", "Saucepan"),
        (3900, 21900),
        {"Size": ("20 cm", "24 cm", "28 cm")},
        "Goes from the hob into the oven, and stays for decades.",
    ),
    Shelf(
        ("Fashion", "Women", "Knitwear"),
        "Alder & Wren",
        "jumper",
        ("Jumper", "Cardigan", "Turtleneck"),
        (6900, 17900),
        {"Size": _SIZES, "Colour": _COLOURS[:2]},
        "Merino that is traced back to the farm.",
    ),
    Shelf(
        ("Fashion", "Women", "Jackets"),
        "Alder & Wren",
        "jacket",
        ("Rain Jacket", "Field Jacket", "Quilted Jacket"),
        (9900, 28900),
        {"Size": _SIZES},
        "A jacket for the weather between the seasons.",
    ),
    Shelf(
        ("Fashion", "Men", "Shirts"),
        "Alder & Wren",
        "shirt",
        ("Oxford Shirt", "Linen Shirt", "Overshirt"),
        (4900, 12900),
        {"Size": _SIZES, "Colour": _COLOURS[1:3]},
        "Cut with room to move, and buttons that stay on.",
    ),
    Shelf(
        ("Fashion", "Men", "Sneakers"),
        "Alder & Wren",
        "shoe",
        ("Low Sneaker", "Canvas Sneaker", "Runner"),
        (7900, 15900),
        {"Size": _SHOES},
        "Soles that are stitched, not glued, so that a cobbler can renew them.",
    ),
    Shelf(
        ("Electronics", "Audio", "Headphones"),
        "Pixelwerk",
        "headphones",
        ("Headphones", "On-ear Headphones", "Studio Monitor"),
        (5900, 34900),
        {"Colour": _COLOURS[:2]},
        "Thirty hours a charge, and pads that can be replaced.",
    ),
    Shelf(
        ("Electronics", "Audio", "Speakers"),
        "Pixelwerk",
        "speaker",
        ("Shelf Speaker", "Travel Speaker", "Radio"),
        (4900, 44900),
        {},
        "Fills a room without filling it with boxes.",
    ),
    Shelf(
        ("Electronics", "Desk", "Keyboards"),
        "Pixelwerk",
        "keyboard",
        ("Keyboard", "Compact Keyboard", "Split Keyboard"),
        (6900, 24900),
        {"Layout": ("ISO DE", "ISO UK", "ANSI US")},
        "Keys that are quiet enough for an office of two.",
    ),
    Shelf(
        ("Electronics", "Desk", "Monitors"),
        "Pixelwerk",
        "monitor",
        ("Monitor 24″", "Monitor 27″", "Monitor 32″"),
        (18900, 79900),
        {},
        "Matt, calibrated at the factory, on a stand that goes up and down.",
    ),
    Shelf(
        ("Outdoor", "Camping", "Tents"),
        "Trailhead Supply",
        "tent",
        ("Tent for one", "Tent for two", "Family Tent"),
        (12900, 59900),
        {"Colour": _COLOURS[2:4]},
        "Stands in four minutes, also in wind, also alone.",
    ),
    Shelf(
        ("Outdoor", "Camping", "Bottles"),
        "Trailhead Supply",
        "bottle",
        ("Insulated Bottle", "Steel Bottle", "Flask"),
        (1900, 4900),
        {"Volume": ("0.5 l", "0.75 l", "1 l")},
        "Keeps tea hot over a night and water cold over a day.",
    ),
    Shelf(
        ("Outdoor", "Packs", "Backpacks"),
        "Trailhead Supply",
        "backpack",
        ("Daypack", "Roll-top Pack", "Trekking Pack"),
        (5900, 24900),
        {"Colour": _COLOURS[:3]},
        "Carries close to the back; every strap can be replaced.",
    ),
    Shelf(
        ("Food", "Coffee", "Beans"),
        "Kleine Rösterei",
        "bag",
        ("Espresso Roast", "Filter Roast", "Single Origin"),
        (890, 2490),
        {"Weight": ("250 g", "1 kg")},
        "Bought from the growers, roasted on Tuesdays, sent on Wednesdays.",
    ),
    Shelf(
        ("Food", "Coffee", "Brewing"),
        "Kleine Rösterei",
        "pot",
        ("Moka Pot", "Hand Dripper", "French Press"),
        (1900, 8900),
        {},
        "Good coffee without a plug.",
    ),
    Shelf(
        ("Stationery", "Writing", "Notebooks"),
        "Papierboot",
        "book",
        ("Notebook", "Sketchbook", "Diary"),
        (900, 3400),
        {"Ruling": ("Plain", "Dotted", "Lined")},
        "Paper of 100 grams that fountain pens like; lies flat.",
    ),
    Shelf(
        ("Stationery", "Writing", "Pens"),
        "Papierboot",
        "pen",
        ("Fountain Pen", "Mechanical Pencil", "Rollerball"),
        (1200, 14900),
        {},
        "Turned from brass and made to be refilled.",
    ),
)

# So many products stand on each shelf: 19 shelves, 228 products.
ON_A_SHELF = 12
