"""Which addresses are of the public internet, and which lie within somebody's network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

TRANSLATED = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
GLOBAL_UNICAST = IPv6Network("2000::/3")


class Forbidden(Exception):
    """The host has an address that isn't public."""


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks from their written form, `10.0.0.0/8`, `::1`.

    Raises:
        ValueError: one isn't a network.
    """
    return tuple(ip_network(text.strip(), strict=False) for text in texts if text.strip())


def is_public(address: Address) -> bool:
    """Whether an address belongs to a host on the public internet, whatever it is wrapped in.

    Source: IANA's registries of special-purpose addresses, as Python's `ipaddress` has them; RFC 4291 (mapped, unicast),
        RFC 3056 (6to4), RFC 4380 (Teredo), RFC 6052 (translated).
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    if address.ipv4_mapped:
        return is_public(address.ipv4_mapped)
    if address in TRANSLATED:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if address.sixtofour:
        return is_public(address.sixtofour)
    if address.teredo:
        return all(is_public(part) for part in address.teredo)
    return address in GLOBAL_UNICAST and address.is_global and not address.is_multicast


def judged(texts: Iterable[str], allow: Sequence[Network]) -> list[str]:
    """The addresses in the order to be tried.

    Raises:
        Forbidden: one of them is not public and in no allowed network. One is enough: an honest name has no such company.
    """
    addresses = [ip_address(text.partition("%")[0]) for text in texts]
    for address in addresses:
        plain = (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
        if not is_public(address) and not any(plain in network for network in allow):
            raise Forbidden(str(address))
    return [str(address) for address in addresses]
