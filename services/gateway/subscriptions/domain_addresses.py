"""Which addresses may be called: offices' own networks are private, so operations list what is allowed; pure.

Invariant: what is called is the address that was checked. A name is resolved once, every address that it has is
checked, and the call goes to one of those, with the name kept for TLS and the Host header.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.returns.domain import Hosts

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a call goes: scheme, host and port of its URL."""

    scheme: str
    host: str
    port: int


def literal(host: str) -> Address | None:
    """Read an address that stands in the place of a name; only as the standards write it."""
    try:
        return _plain(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return None


def looks_like_number(host: str) -> bool:
    """Tell a number in disguise, as in `0x7f.1` or `2130706433`: resolvers read these as addresses."""
    last = host.rsplit(".", 1)[-1]
    return literal(host) is None and (last.isdigit() or last.startswith("0x"))


def permits_name(hosts: Hosts, to: Destination) -> bool:
    """Tell whether a name is one that operations listed by name."""
    names = Hosts(tuple(entry for entry in hosts.entries if "/" not in entry))
    url = f"{to.scheme}://[{to.host}]:{to.port}" if ":" in to.host else f"{to.scheme}://{to.host}:{to.port}"
    return names.permit(url)


def permits_address(hosts: Hosts, address: Address, *, named: bool) -> bool:
    """Tell whether an address may be called.

    Args:
        hosts: What operations listed.
        address: One that the name has, or that stood in its place.
        named: The name is listed: then any address will do that a receiver can have.
    """
    plain = _plain(address)
    if any(plain in network for network in _networks(hosts)):
        return True
    return named and not (
        plain.is_loopback
        or plain.is_link_local
        or plain.is_multicast
        or plain.is_unspecified
        or plain.is_reserved
    )


def pin(hosts: Hosts, to: Destination, addresses: Sequence[str]) -> str | None:
    """Give the address to call: the first of those that a name has, if all of them may be called; else None."""
    found = [literal(address) for address in addresses]
    named = permits_name(hosts, to)
    permitted = [one is not None and permits_address(hosts, one, named=named) for one in found]
    return str(found[0]) if found and all(permitted) else None


def _networks(hosts: Hosts) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found = []
    for entry in hosts.entries:
        try:
            found.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
        except ValueError:  # A name, or a name with its port.
            continue
    return found


def _plain(address: Address) -> Address:
    """Take an IPv4 address out of its IPv6 clothes."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address
