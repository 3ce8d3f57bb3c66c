import gzip
import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kuutio.federation.fetching import (
    AddressRefused,
    BadAnswer,
    Fetcher,
    Limits,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    fetcher,
    is_public,
    networks,
)
from kuutio.federation.fetching.guard import look_up
from tests.federation.source_server import Door, Source, bomb, source

HOME = networks(["127.0.0.0/8", "::1"])
QUICK = Limits(connect_s=1, read_s=0.3, total_s=1.5, max_bytes=1_000_000, delay_s=0, retries=2)


@pytest.fixture
def server() -> Iterator[Source]:
    with source() as running:
        yield running


class Naps(list[float]):
    """Records the pauses that are asked for instead of taking them."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def visitor(limits: Limits = QUICK, **settings) -> Fetcher:
    return Fetcher(**({"agent": "Kuutio/test", "allow": HOME, "limits": limits, "sleep": Naps()} | settings))


@pytest.mark.parametrize(
    "address",
    [
        *[
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104  judged, not bound
            "224.0.0.1",
            "240.0.0.1",
        ],
        *[
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
        ],
        *[
            "::ffff:127.0.0.1",
            "::ffff:a9fe:a9fe",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "::127.0.0.1",
        ],
        *["2001:0:7f00:1::", "64:ff9b:1::1", "100::1"],
    ],
)
def test_inside_addresses_are_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["193.166.3.2", "8.8.8.8", "2a00:1450:4026::1", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1"]
)
def test_outside_addresses_are_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        *[
            "127.0.0.1",
            "localhost",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "0",
        ],
        *["169.254.169.254", "10.0.0.1", "[fe80::1]"],
    ],
)
def test_private_hosts_are_refused_in_any_writing_before_anything_is_sent(server, host):
    server.answer("/secret", b"secret")
    with visitor(allow=()) as fetch, pytest.raises(AddressRefused) as refused:
        fetch.get(f"http://{host}:{server.server_port}/secret")
    assert server.asked == []
    assert refused.value.status == 422 and "169.254" not in str(refused.value.detail)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "[::ffff:127.0.0.1]"])
def test_allowed_network_may_be_visited(server, host):
    server.answer("/open", b"open")
    with visitor() as fetch:
        assert fetch.get(f"http://{host}:{server.server_port}/open").body == b"open"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://x/",
        "http://",
        "",
        "http://user:word@example.org/",
        "http://exa mple.org/",
        "//x",
        "javascript:0",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url):
    with visitor() as fetch, pytest.raises(AddressRefused):
        fetch.get(url)


def test_redirect_to_the_inside_is_refused(server):
    url = server.answer("/go", status=302, location="http://169.254.169.254/latest/meta-data/")
    with visitor() as fetch, pytest.raises(AddressRefused):
        fetch.get(url)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://user:word@127.0.0.1/", "http://[/"])
def test_redirect_to_no_web_address_is_refused(server, location):
    url = server.answer("/go", status=302, location=location)
    with visitor() as fetch, pytest.raises(AddressRefused):
        fetch.get(url)


def test_name_is_looked_up_once_for_a_connection_and_that_answer_is_used(server):
    server.answer("/a", b"a", connection="close")
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    with visitor(resolve=resolve) as fetch:
        assert fetch.get(f"http://rebind.example:{server.server_port}/a").body == b"a"
        assert asked == ["rebind.example"]
        assert server.asked[0][1]["host"] == f"rebind.example:{server.server_port}"
        with pytest.raises(AddressRefused):  # the second connection asks again, and is told of the inside
            fetch.get(f"http://rebind.example:{server.server_port}/a")


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with (
        visitor(allow=(), resolve=lambda host, port: ["193.166.3.2", "10.0.0.1"]) as fetch,
        pytest.raises(AddressRefused),
    ):
        fetch.get("http://mixed.example/")


def test_body_headers_and_manners(server):
    url = server.answer(
        "/a", b"moi", etag='"1"', last_modified="Tue, 24 Nov 2026 12:00:00 GMT", content_type="text/CSV; charset=x"
    )
    with visitor() as fetch:
        got = fetch.get(url + "#part", accept="text/csv")
    assert (got.body, got.size, got.status, got.etag, got.media_type) == (b"moi", 3, 200, '"1"', "text/csv")
    _path, headers, _at = server.asked[0]
    assert headers["user-agent"] == "Kuutio/test" and headers["accept"] == "text/csv" and "cookie" not in headers


def test_unchanged_source_is_not_sent_again(server):
    def conditional(door: Door) -> None:
        known = door.headers.get("if-none-match") == '"7"' or door.headers.get("if-modified-since") == "then"
        door.say(304 if known else 200, b"" if known else b"new", {"etag": '"7"'})

    server.answers["/a"] = conditional
    with visitor() as fetch:
        first = fetch.get(server.url + "/a")
        assert not first.unchanged
        assert fetch.get(server.url + "/a", etag=first.etag).unchanged
        assert fetch.get(server.url + "/a", since="then").unchanged


def test_redirects_are_followed_and_keys_stay_with_their_host(server):
    with source() as other:
        there = other.answer("/there", b"there")
        server.answer("/hop", status=301, location="/hop2?x=1")
        server.answer("/hop2", status=307, location=there)
        with visitor() as fetch:
            got = fetch.get(server.url + "/hop", headers={"Authorization": "key"}, etag='"e"')
        assert (got.body, got.url) == (b"there", there)
        assert [headers.get("authorization") for _path, headers, _at in server.asked] == ["key", "key"]
        assert other.asked[0][1].get("authorization") is None
        assert other.asked[0][1]["if-none-match"] == '"e"'


def test_redirects_in_circles_end(server):
    url = server.answer("/loop", status=302, location="/loop")
    with visitor() as fetch, pytest.raises(TooManyRedirects):
        fetch.get(url)
    assert len(server.asked) == QUICK.redirects + 1


def endless(door: Door) -> None:
    door.send_response(200)
    door.send_header("connection", "close")
    door.end_headers()
    while not door.server.closing.is_set():
        door.wfile.write(bytes(65536))


def test_endless_body_is_left_at_the_limit(server):
    server.answers["/endless"] = endless
    with visitor() as fetch, pytest.raises(TooLarge) as refused:
        fetch.get(server.url + "/endless")
    assert refused.value.facts["max_bytes"] == QUICK.max_bytes


def test_announced_size_is_believed(server):
    url = server.answer("/big", b"x" * 2_000_000)
    with visitor() as fetch, pytest.raises(TooLarge):
        fetch.get(url)
    with visitor() as fetch:
        assert fetch.get(url, max_bytes=2_000_000).size == 2_000_000


def test_gzip_is_unpacked(server):
    two_members = gzip.compress(b"one ") + gzip.compress(b"two")
    url = server.answer("/a", two_members, content_encoding="gzip")
    empty = server.answer("/empty", b"", content_encoding="gzip")
    large = server.answer("/large", gzip.compress(bytes(900_000)), content_encoding="gzip")
    with visitor() as fetch:
        assert fetch.get(url).body == b"one two"
        assert fetch.get(empty).body == b""
        assert fetch.get(large).body == bytes(900_000)


def test_gzip_bomb_is_met_before_it_is_in_memory(server):
    url = server.answer("/bomb", bomb(200 * 2**20), content_encoding="gzip")
    tracemalloc.start()
    try:
        with visitor() as fetch, pytest.raises(TooLarge):
            fetch.get(url)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"whole" * 100, mtime=0)[:-12], "gzip"),
        (b"plain", "gzip"),
        (b"x", "br"),
        (b"x", "gzip, gzip"),
        (gzip.compress(b"x", mtime=0) + b"rest", "gzip"),
    ],
)
def test_damaged_or_strange_packing_is_a_bad_answer(server, body, encoding):
    url = server.answer("/a", body, content_encoding=encoding)
    with visitor() as fetch, pytest.raises(BadAnswer):
        fetch.get(url)


def hang(door: Door) -> None:
    door.server.closing.wait(10)


def drip(door: Door) -> None:
    door.send_response(200)
    door.end_headers()
    while not door.server.closing.wait(0.1):
        door.wfile.write(b".")


def drip_headers(door: Door) -> None:
    door.wfile.write(b"HTTP/1.1 200 OK\r\nx: ")
    while not door.server.closing.wait(0.1):
        door.wfile.write(b".")


@pytest.mark.parametrize("behaviour", [hang, drip, drip_headers])
def test_slow_source_is_left_in_time(server, behaviour):
    server.answers["/slow"] = behaviour
    start = time.monotonic()
    with visitor() as fetch, pytest.raises(TooSlow):
        fetch.get(server.url + "/slow")
    assert time.monotonic() - start < QUICK.total_s + 1


def test_slow_resolver_is_left_in_time():
    late = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        late.wait(10)
        return []

    start = time.monotonic()
    with visitor(Limits(connect_s=0.2, retries=0), resolve=resolve) as fetch, pytest.raises(Unreachable):
        fetch.get("http://slow.example/")
    late.set()
    assert time.monotonic() - start < 2


def test_busy_source_is_asked_again_after_the_time_that_it_names(server):
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    turns = iter([(429, {"retry-after": "7"}), (503, {"retry-after": at}), (200, {})])

    def busy(door: Door) -> None:
        status, headers = next(turns)
        door.say(status, b"busy" if status > 200 else b"free", headers)

    server.answers["/a"] = busy
    naps = Naps()
    with visitor(sleep=naps) as fetch:
        assert fetch.get(server.url + "/a").body == b"free"
    assert naps[0] == 7 and 25 < naps[1] <= 30


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_source_that_stays_busy_is_given_up_with_growing_pauses(server, status):
    url = server.answer("/a", status=status)
    naps = Naps()
    with visitor(sleep=naps) as fetch, pytest.raises(BadAnswer) as failed:
        fetch.get(url)
    assert failed.value.facts["answered"] == status
    assert len(server.asked) == QUICK.retries + 1
    assert len(naps) == QUICK.retries and 0.5 <= naps[0] <= 1 <= naps[1] <= 2


def test_source_that_wants_too_long_a_pause_is_left_at_once(server):
    url = server.answer("/a", status=503, retry_after="86400")
    with visitor() as fetch, pytest.raises(BadAnswer):
        fetch.get(url)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 500, 305])
def test_error_is_not_asked_for_twice(server, status):
    url = server.answer("/a", b"no", status=status)
    with visitor() as fetch, pytest.raises(BadAnswer) as failed:
        fetch.get(url)
    assert (failed.value.facts["answered"], len(server.asked)) == (status, 1)


def cut_off(door: Door) -> None:
    door.send_response(200)
    door.send_header("content-length", "1000")
    door.end_headers()
    door.wfile.write(b"half")
    door.close_connection = True


def test_body_that_ends_too_early_is_not_taken_for_whole(server):
    whole = iter([cut_off, lambda door: door.say(200, b"whole", {})])
    server.answers["/a"] = lambda door: next(whole)(door)
    with visitor() as fetch:
        assert fetch.get(server.url + "/a").body == b"whole"
    server.answers["/b"] = cut_off
    with visitor() as fetch, pytest.raises(Unreachable):
        fetch.get(server.url + "/b")


def test_unreachable_host_is_tried_again_and_told():
    with source() as closed:
        url = closed.url
    naps = Naps()
    with visitor(sleep=naps) as fetch, pytest.raises(Unreachable):
        fetch.get(url)
    assert len(naps) == QUICK.retries
    with visitor() as fetch, pytest.raises(Unreachable):
        fetch.get("http://no-such-host.invalid/")


def test_requests_to_one_host_keep_their_distance(server):
    naps = Naps()
    with source() as other, visitor(Limits(delay_s=50), sleep=naps) as fetch:
        for url in (server.answer("/a"), server.answer("/b"), server.answer("/c"), other.answer("/a")):
            fetch.get(url.replace("127.0.0.1", "localhost") if url.startswith(other.url) else url)
    assert [40 < nap <= 50 for nap in naps] == [True, True]  # the other host is asked at once


def test_download_goes_to_a_file_in_constant_memory_and_leaves_none_behind_after_a_failure(server, tmp_path):
    body = bytes(range(256)) * 80_000
    url = server.answer("/a", body, content_disposition='attachment; filename="../../kadut.csv"')
    tracemalloc.start()
    with visitor(Limits(max_bytes=30_000_000, delay_s=0)) as fetch:
        got = fetch.download(url, tmp_path / "a")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tmp_path / "a").read_bytes() == body and got.size == len(body) and got.body == b""
    assert got.filename == "kadut.csv"
    assert peak < 10 * 2**20
    with visitor() as fetch, pytest.raises(TooLarge):
        fetch.download(url, tmp_path / "b")
    server.answer("/same", status=304)
    with visitor() as fetch:
        assert fetch.download(server.url + "/same", tmp_path / "c", etag='"x"').unchanged
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_second_attempt_starts_the_file_anew(server, tmp_path):
    turns = iter([cut_off, lambda door: door.say(200, b"whole", {})])
    server.answers["/a"] = lambda door: next(turns)(door)
    with visitor() as fetch:
        fetch.download(server.url + "/a", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"whole"


@pytest.fixture
def secured(server: Source, tmp_path: Path) -> tuple[Source, ssl.SSLContext, list[str]]:
    """The server behind TLS with a certificate for data.example; the names that clients asked for by SNI."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "data.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("data.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    names: list[str] = []
    context.sni_callback = lambda connection, asked, _context: names.append(asked)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return (
        server,
        ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode()),
        names,
    )


def test_tls_uses_the_name_although_the_connection_goes_to_the_judged_address(secured):
    server, trust, names = secured
    server.answer("/a", b"safe")
    with visitor(tls=trust, resolve=lambda host, port: ["127.0.0.1"]) as fetch:
        assert fetch.get(f"https://data.example:{server.server_port}/a").body == b"safe"
        assert names == ["data.example"]
        with pytest.raises(Unreachable):  # the certificate is for another name
            fetch.get(f"https://other.example:{server.server_port}/a")


def test_system_resolver_knows_this_machine():
    assert "127.0.0.1" in look_up("localhost", 80) or "::1" in look_up("localhost", 80)


def test_fetcher_of_the_installation_names_itself_and_allows_what_is_set(server, settings):
    url = server.answer("/a", b"a")
    settings.FETCH_ALLOW = []
    with fetcher() as fetch, pytest.raises(AddressRefused):
        fetch.get(url)
    settings.FETCH_ALLOW = ["127.0.0.0/8"]
    with fetcher() as fetch:
        assert fetch.get(url).body == b"a"
    assert server.asked[0][1]["user-agent"] == f"Kuutio/{settings.VERSION} (+{settings.SITE_URL})"
