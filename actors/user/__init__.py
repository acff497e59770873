"""What one person has on all their devices: their cart, edited anywhere, online or not. A guest's cart is one too.

What always holds, and is checked by the tests: edits of several devices give the same cart in whatever order they
arrive; an edit counts once; signing in loses no goods; nobody touches somebody else's cart.
"""

from actors.user.actor import REMEMBERED, UserActor
from actors.user.happenings import CartChanged, CartHandedOver
from actors.user.merging import Edit, Known, Line, Mark
from actors.user.messages import KIND, Clear, Contents, EditLines, HandOver, Look, MergeGuestCart

__all__ = [
    "KIND",
    "REMEMBERED",
    "CartChanged",
    "CartHandedOver",
    "Clear",
    "Contents",
    "Edit",
    "EditLines",
    "HandOver",
    "Known",
    "Line",
    "Look",
    "Mark",
    "MergeGuestCart",
    "UserActor",
]
