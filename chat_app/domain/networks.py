"""Network addresses of clients, as keys of limits."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

MAX_ADDRESS_LENGTH = 64
"""Characters of an address that is none, e.g. a name written by a proxy."""


def network_of(address: str) -> str:
    """Return the part of an address that its user cannot change at will: an IPv4 address, or an IPv6 /64 network."""
    # Some proxies add the port, which differs for each connection.
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:MAX_ADDRESS_LENGTH]
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
