"""Whose address it is: what one household or machine can change at will counts as one visitor."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

HOUSEHOLD = 64  # bits of an IPv6 address; a provider gives the rest to one connection


def network_of(address: str) -> str:
    """The network that an address is counted under: itself, or for IPv6 its /64.

    Args:
        address: of a client; what is no address is a network of its own.
    """
    bare = address.partition("%")[0]
    try:
        known = ip_address(bare)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ip_network((known, HOUSEHOLD), strict=False))
