"""Network addresses."""

from ipaddress import IPv6Address, IPv6Network


def network(address: str) -> str:
    """What counts as one address: with IPv6 one person has a whole /64."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False).network_address)
