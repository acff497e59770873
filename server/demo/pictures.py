"""Product pictures for the demo shop, drawn: a silhouette in the product's colour on a quiet ground."""

import random

# Each shape stands on a ground of 400 by 400. {m} is the product's colour, {d} a darker one, {l} a lighter one.
_SHAPES = {
    "lamp": '<path d="M150 110h100l40 90H110z" fill="{m}"/><path d="M193 200h14v95h-14z" fill="{d}"/>'
    '<ellipse cx="200" cy="300" rx="55" ry="13" fill="{d}"/>'
    '<path d="M122 200h156l24 60H98z" fill="{l}" opacity=".35"/>',
    "pendant": '<path d="M197 40h6v100h-6z" fill="{d}"/><path d="M110 230a90 90 0 0 1 180 0z" fill="{m}"/>'
    '<ellipse cx="200" cy="230" rx="90" ry="12" fill="{l}"/><circle cx="200" cy="238" r="18" fill="#fff6d8"/>',
    "cup": '<path d="M120 140h140v90a60 60 0 0 1-60 60h-20a60 60 0 0 1-60-60z" fill="{m}"/>'
    '<path d="M260 160h20a35 35 0 0 1 0 70h-20v-16h18a19 19 0 0 0 0-38h-18z" fill="{d}"/>'
    '<ellipse cx="190" cy="142" rx="70" ry="13" fill="{d}"/>',
    "pot": '<path d="M105 175h190v65a45 45 0 0 1-45 45H150a45 45 0 0 1-45-45z" fill="{m}"/>'
    '<path d="M70 190h40v18H70zM290 190h40v18h-40z" fill="{d}"/><path d="M98 160h204v18H98z" fill="{d}"/>'
    '<path d="M185 138h30v22h-30z" fill="{d}"/>',
    "jumper": '<path d="M150 105l50 18 50-18 62 52-28 42-26-20v118H142V179l-26 20-28-42z" fill="{m}"/>'
    '<path d="M150 105q50 48 100 0l-14-6q-36 26-72 0z" fill="{d}"/><path d="M142 280h116v17H142z" fill="{d}"/>',
    "jacket": '<path d="M150 100l50 14 50-14 60 55-22 130h-34l-4-60v80h-100v-80l-4 60h-34L90 155z" fill="{m}"/>'
    '<path d="M197 116h6v189h-6z" fill="{d}"/><path d="M150 100l50 50 50-50-18-8H168z" fill="{d}"/>'
    '<path d="M155 235h32v8h-32zM213 235h32v8h-32z" fill="{d}"/>',
    "shirt": '<path d="M155 100l45 10 45-10 66 50-30 45-25-18v125H144V177l-25 18-30-45z" fill="{m}"/>'
    '<path d="M155 100l45 46 45-46-15-9h-60z" fill="{l}"/><path d="M198 146h4v156h-4z" fill="{d}"/>'
    '<circle cx="208" cy="180" r="3" fill="{d}"/><circle cx="208" cy="215" r="3" fill="{d}"/>'
    '<circle cx="208" cy="250" r="3" fill="{d}"/>',
    "shoe": '<path d="M85 170q35 25 70-10l70 55q60 10 95 30v30H85z" fill="{m}"/>'
    '<path d="M80 272h245v18a10 10 0 0 1-10 10H90a10 10 0 0 1-10-10z" fill="{l}"/>'
    '<path d="M160 190l25-14M180 206l25-14M200 222l25-14" stroke="{l}" stroke-width="7" stroke-linecap="round"/>',
    "headphones": '<path d="M95 230a105 105 0 0 1 210 0" fill="none" stroke="{d}" stroke-width="18"/>'
    '<rect x="80" y="215" width="52" height="88" rx="24" fill="{m}"/>'
    '<rect x="268" y="215" width="52" height="88" rx="24" fill="{m}"/>',
    "speaker": '<rect x="125" y="80" width="150" height="240" rx="18" fill="{m}"/>'
    '<circle cx="200" cy="245" r="50" fill="{d}"/><circle cx="200" cy="245" r="18" fill="{l}"/>'
    '<circle cx="200" cy="140" r="26" fill="{d}"/>',
    "keyboard": '<rect x="60" y="150" width="280" height="110" rx="14" fill="{m}"/>'
    '<path d="M80 172h240M80 197h240M80 222h40M280 222h40M135 222h130" stroke="{l}" stroke-width="15" '
    'stroke-dasharray="15 9"/><path d="M135 240h130" stroke="{d}" stroke-width="12"/>',
    "monitor": '<rect x="75" y="95" width="250" height="155" rx="10" fill="{d}"/>'
    '<rect x="85" y="105" width="230" height="135" rx="4" fill="{m}"/><path d="M85 240l120-135h60L145 240z" '
    'fill="{l}" opacity=".35"/><path d="M190 250h20v40h-20zM140 288h120v14H140z" fill="{d}"/>',
    "tent": '<path d="M200 95L60 295h280z" fill="{m}"/><path d="M200 95l-55 200h110z" fill="{d}"/>'
    '<path d="M200 95l0 200h55z" fill="{l}" opacity=".5"/><path d="M45 295h310v8H45z" fill="{d}"/>',
    "bottle": '<rect x="178" y="75" width="44" height="34" rx="6" fill="{d}"/>'
    '<path d="M172 112h56q22 25 22 60v130a18 18 0 0 1-18 18h-64a18 18 0 0 1-18-18V172q0-35 22-60z" fill="{m}"/>'
    '<path d="M168 180h14v115h-14z" fill="{l}" opacity=".6"/>',
    "backpack": '<path d="M160 110a40 40 0 0 1 80 0" fill="none" stroke="{d}" stroke-width="14"/>'
    '<rect x="120" y="105" width="160" height="205" rx="42" fill="{m}"/>'
    '<rect x="140" y="205" width="120" height="85" rx="18" fill="{d}"/><path d="M140 165h120v10H140z" fill="{l}"/>',
    "bag": '<path d="M135 100h130l14 200a12 12 0 0 1-12 12H133a12 12 0 0 1-12-12z" fill="{m}"/>'
    '<path d="M135 100h130l-5 30H140z" fill="{d}"/><rect x="158" y="175" width="84" height="84" rx="6" fill="{l}"/>'
    '<path d="M182 217q18-26 36 0q-18 26-36 0z" fill="{d}"/>',
    "book": '<path d="M120 90h150a10 10 0 0 1 10 10v200a10 10 0 0 1-10 10H120z" fill="{m}"/>'
    '<path d="M120 90h22v220h-22z" fill="{d}"/><path d="M250 90h9v220h-9z" fill="{l}"/>'
    '<path d="M165 150h62v8h-62z" fill="{l}"/>',
    "pen": '<g transform="rotate(40 200 200)"><rect x="186" y="70" width="28" height="185" rx="12" fill="{m}"/>'
    '<path d="M186 235h28l-10 60h-8z" fill="{d}"/><path d="M186 150h28v10h-28z" fill="{l}"/>'
    '<path d="M214 82h7v60h-7z" fill="{d}"/></g>',
}

_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img">'
    '<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="{top}"/><stop offset="1" stop-color="{bottom}"/>'
    '</linearGradient></defs><rect width="400" height="400" fill="url(#g)"/>'
    '<ellipse cx="200" cy="318" rx="125" ry="14" fill="#000" opacity=".09"/>{shape}</svg>'
)


def picture(shape: str, name: str) -> str | None:
    """The picture of a product as SVG: the same name has the same one. None when there is no such shape."""
    drawing = _SHAPES.get(shape)
    if drawing is None:
        return None
    chance = random.Random(name)  # noqa: S311 - it is to be predictable
    hue, ground = chance.randrange(360), chance.randrange(360)
    light = chance.randrange(38, 56)
    colours = {"m": _hsl(hue, 38, light), "d": _hsl(hue, 42, light - 18), "l": _hsl(hue, 45, light + 28)}
    return _PICTURE.format(top=_hsl(ground, 22, 96), bottom=_hsl(ground, 20, 88), shape=drawing.format(**colours))


def _hsl(hue: int, saturation: int, lightness: int) -> str:
    return f"hsl({hue} {saturation}% {lightness}%)"
