"""A name of an address means one address: two of one name and one shape would send people to whichever stands first."""

from collections import Counter
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each name of our own addresses, with what it takes."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from named(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and one.name and space:
            yield f"{space}{one.name}", tuple(one.pattern.converters)


def test_no_two_addresses_of_one_shape_share_a_name():
    counted = Counter(named(get_resolver()))
    assert [name for name, count in counted.items() if count > 1] == []
