"""Bytes become a message, whatever the bytes."""

import base64
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kuutio.contact.mail import pages
from kuutio.contact.mail.classifying import classify
from kuutio.contact.mail.quoting import reply_text
from kuutio.contact.mail.reading import MAX_FILE_BYTES, MAX_FILES, read
from kuutio.contact.mail.values import Address, Received
from tests.contact.mail.messages import DATA, REAL, attached, made, mixed, name_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def archive(*files: tuple[str, bytes]) -> bytes:
    """A zip file, the same whenever it is made: the names of tests hold its first bytes."""
    where = io.BytesIO()
    with zipfile.ZipFile(where, "w") as packed:
        for name, content in files:
            packed.writestr(zipfile.ZipInfo(name), content)
    return where.getvalue()


def sane(message: Received) -> None:
    """What holds for every message that was read."""
    for text in (message.subject, message.text, message.html or "", *(one.name for one in message.attachments)):
        text.encode("utf-8")
        assert "\0" not in text
        assert "\r" not in text
    assert len(message.attachments) <= MAX_FILES
    assert sum(one.size for one in message.attachments) <= MAX_FILE_BYTES
    assert all(one.name and "/" not in one.name and "\\" not in one.name for one in message.attachments)
    assert message.date is None or message.date.tzinfo is not None
    verdict = classify(message)
    assert verdict.cls == "human" or not (verdict.send_ack or verdict.reopen)
    reply_text(message.text)


# --- any bytes


@given(st.binary(max_size=3_000))
def test_any_bytes_are_a_message(raw: bytes) -> None:
    sane(read(raw))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(REAL).map(Path.read_bytes),
    st.lists(st.tuples(st.integers(0, 16_000), st.binary(min_size=1, max_size=6)), max_size=12),
    st.integers(0, 16_000),
)
def test_a_damaged_real_message_is_a_message(raw: bytes, spots: list[tuple[int, bytes]], cut: int) -> None:
    damaged = bytearray(raw)
    for at, content in spots:
        at %= len(damaged)
        damaged[at : at + len(content)] = content
    sane(read(bytes(damaged)))
    sane(read(bytes(damaged[: cut % len(damaged)])))


@given(
    st.sampled_from(["From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Disposition"]), st.binary()
)
def test_any_header_is_read(name: str, value: bytes) -> None:
    sane(read(name.encode() + b": " + value + b"\nMIME-Version: 1.0\n\nHei"))


def nested(depth: int, end: bytes = b"Content-Type: text/plain\n\nsisin\n") -> bytes:
    levels = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth))
    return b"Subject: Hei\n" + b"".join(levels) + end


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        bytes(5_000),
        b"Subject: Hei\n\n" + b"a" * 50_000_000,
        b"Subject: Hei\n" + b"".join(b"X-%d: y\n" % number for number in range(10_000)) + b"\nteksti",
        b"Subject: Hei\n" + b"From: a@b.example\n" * 10_000 + b"\nteksti",
        nested(10_000),
        nested(95, b"\n" + b"a\n" * 100_000),
        b"Subject: Hei\n" + b"Content-Type: message/rfc822\n\n" * 10_000 + b"teksti",
        b"Subject: Hei\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nosa\n" * 10_000,
        b"Subject: Hei\nContent-Type: multipart/mixed\n\nteksti",
        b"Subject: " + b"a " * 500_000 + b"\n\n",
        b"Subject: " + b"=?a?q?x" * 100_000 + b"\n\n",
        b"To: " + b"(" * 1_000_000 + b"\n\n",
        b"To: " + b'"a' * 500_000 + b"\n\n",
        b"Content-Type: text/plain" + b";" * 1_000_000 + b"\n\n",
        b"Content-Type: text/plain; charset=" + b"x" * 1_000_000 + b"\n\n",
        b"References: " + b"<a" * 500_000 + b"\n\n",
        b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
        b"Content-Type: text/html\n\n" + b"<blockquote>a" * 50_000,
        b"Content-Type: text/html\n\n" + b"<" * 1_000_000,
        b"Content-Type: text/html\n\n" + b"".join(b"<b id=%d><p>" % number for number in range(20_000)),
        b"Content-Type: text/html\n\n<p>"
        + b"".join(b"<b id=%d>" % n for n in range(500))
        + b"</p>"
        + b"<p>x</p>" * 20_000,
    ],
    ids=lambda raw: repr(raw[:30]) + str(len(raw)),
)
def test_a_message_made_to_choke_a_reader_is_read(raw: bytes) -> None:
    message = read(raw)
    sane(message)
    if b"Subject: Hei" in raw:
        assert message.subject == "Hei"


def test_what_nests_too_deep_keeps_its_outer_text() -> None:
    deep = nested(150, b"\nsisin")
    outer = b"Content-Type: text/plain\n\nUlompi teksti"
    message = read(mixed(outer, deep.partition(b"\n")[2]))
    assert message.text.startswith("Ulompi teksti")


# --- text


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("utf-8", "Hämeenkatu – 5 €".encode(), "Hämeenkatu – 5 €"),
        ("iso-8859-1", "Hämeenkatu".encode("latin-1"), "Hämeenkatu"),
        ("iso-8859-1", "Hämeenkatu – 5 €".encode("cp1252"), "Hämeenkatu – 5 €"),
        ("us-ascii", "5 €".encode("cp1252"), "5 €"),
        ("us-ascii", "Hämeenkatu".encode(), "Hämeenkatu"),
        ("utf-8", "Hämeenkatu".encode("cp1252"), "Hämeenkatu"),
        ("iso-8859-15", "5 €".encode("iso-8859-15"), "5 €"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("x-unknown", "Hämeenkatu".encode(), "Hämeenkatu"),
        ("x-unknown", "Hämeenkatu".encode("cp1252"), "Hämeenkatu"),
        ("utf-7", b"+ADw-script+AD4-", "+ADw-script+AD4-"),
        ("rot13", b"Hei", "Hei"),
        ("unicode_escape", rb"\x3cb\x3e", r"\x3cb\x3e"),
        ("utf-8", b"a\0b\r\nc\rd\x0ce", "ab\nc\nd\ne"),
    ],
)
def test_text_is_read_in_the_charset_that_fits(charset: str, content: bytes, text: str) -> None:
    message = read(made("MIME-Version: 1.0", f"Content-Type: text/plain; charset={charset}", body=content))
    assert message.text == text


def test_without_a_charset_text_is_utf_8_else_windows_1252() -> None:
    assert read(made(body="Ääkköset")).text == "Ääkköset"
    assert read(made(body="Ääkköset – €".encode("cp1252"))).text == "Ääkköset – €"


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("=?utf-8?B?S2VzdMOk?= =?utf-8?B?bcOkdMO2bg==?=", "Kestämätön"),
        ("=?iso-8859-1?Q?K=E4nt=F6?=", "Käntö"),
        ("=?iso-8859-1?Q?5_=80?=", "5 €"),
        ("=?utf-7?Q?+ADw-script+AD4-?=", "+ADw-script+AD4-"),
        ("=?nonsense?Q?Hei?= Aino", "Hei Aino"),
        ("=?utf-8?B?###?=", "=?utf-8?B?###?="),
        ("Kuoppa\n =?utf-8?Q?t=C3=A4=C3=A4ll=C3=A4?=", "Kuoppa täällä"),
        ("Suoraan ääkkösin", "Suoraan ääkkösin"),
    ],
)
def test_a_subject_is_decoded_by_the_same_rules(written: str, subject: str) -> None:
    assert read(made(f"Subject: {written}")).subject == subject


def test_a_page_becomes_text_line_by_line() -> None:
    page = """<html><head><title>no</title><style>p {color: red}</style></head><body><script>alert(1)</script>
    <p>Hei&nbsp;&auml;lk&auml;&auml;   huoliko</p><div>rivi 1<br>rivi <b>2</b></div>
    <ul><li>yksi</li><li>kaksi</li></ul><hr><blockquote><p>lainaus</p><blockquote>syvempi</blockquote></blockquote>loppu</body></html>"""
    message = read(made("MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8", body=page))
    lines = [line for line in message.text.replace("\xa0", " ").split("\n") if line.strip("> ")]
    assert lines[:5] == ["Hei älkää huoliko", "rivi 1", "rivi 2", "yksi", "kaksi"]
    assert lines[5:] == ["_" * 32, "> lainaus", ">> syvempi", "loppu"]
    assert message.html is not None
    assert "script" not in message.html
    assert "alert" not in message.html + message.text


def test_a_page_that_calls_home_or_acts_is_shown_without_that() -> None:
    page = '<p onclick="x()">a<img src="http://x/1.gif"><a href="javascript:x()">b</a><form><input></form><a href="https://h.fi">c</a>'
    cleaned = pages.clean(page)
    assert cleaned is not None
    assert all(word not in cleaned for word in ("onclick", "img", "javascript", "form", "input"))
    assert 'href="https://h.fi"' in cleaned


def test_a_page_that_is_not_closed_anywhere_is_cleaned_still() -> None:
    page = "<table>" + "<tr><td><p>a<br>" * 300 + "<b>c"
    cleaned = pages.clean(page)
    assert cleaned is not None
    assert "<td>" in cleaned


def test_text_after_a_picture_and_a_list_s_footer_are_text_too() -> None:
    page = b"Content-Type: text/html\n\n<p>Kuva</p>"
    message = read(mixed(page, attached("a.png", PNG), b"Content-Type: text/plain\n\nListan alaviite"))
    assert message.text == "Kuva\n\nListan alaviite"
    assert [one.name for one in message.attachments] == ["a.png"]


# --- headers


def test_addresses_dates_and_ids_are_read() -> None:
    message = read(
        made(
            'From: "Virtanen, =?utf-8?Q?P=C3=A4ivi?=" <Paivi@posti.example>',
            "To: vastaus+a@kuutio.example, Toinen <b@kuutio.example>",
            "Cc: c@kuutio.example",
            "Reply-To: d@kuutio.example",
            "Delivered-To: e@kuutio.example",
            "X-Original-To: f@kuutio.example",
            "Return-Path: <>",
            "Date: Tue, 3 Feb 2026 10:00:00 +0200",
            "Message-ID: <one@x>",
            "In-Reply-To: <two@x> (from Aino)",
            "References: <three@x>\n\t<two@x>",
        ),
        recipients=["VASTAUS+A@kuutio.example"],
    )
    assert message.from_ == (Address("Virtanen, Päivi", "Paivi@posti.example"),)
    assert message.recipients_by_trust == (
        "VASTAUS+A@kuutio.example",
        "e@kuutio.example",
        "f@kuutio.example",
        "vastaus+a@kuutio.example",
        "b@kuutio.example",
        "c@kuutio.example",
    )
    assert [one.address for one in message.reply_to] == ["d@kuutio.example"]
    assert message.sender == ""
    assert message.date == datetime(2026, 2, 3, 8, tzinfo=UTC)
    assert (message.message_id, message.in_reply_to, message.references) == (
        "<one@x>",
        ("<two@x>",),
        ("<three@x>", "<two@x>"),
    )


def test_the_envelope_s_sender_is_known_or_not() -> None:
    assert read(made()).sender is None
    assert read(made("Return-Path: <aino@posti.example>")).sender == "aino@posti.example"
    assert read(made("Return-Path: <aino@posti.example>"), sender="").sender == ""


@pytest.mark.parametrize(
    "date", ["", "Pn, 29 paX 2007", "Tue, 99 Feb 2026 10:00:00 +9999", "Mon, 32 Jan 2026 00:00:00 +0200"]
)
def test_a_date_without_sense_is_none(date: str) -> None:
    assert read(made(f"Date: {date}")).date is None


# --- files


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        (PNG, "image/png"),
        (b"GIF89a" + bytes(20), "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\2\0qt  ", "video/quicktime"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x78\x9f\x3e\x22\0\0", "application/ms-tnef"),
        (b"MZ\x90\0", "application/vnd.microsoft.portable-executable"),
        (b"<!DOCTYPE html><p>x", "text/html"),
        (b"\xef\xbb\xbf <svg onload=x()>", "image/svg+xml"),
        (b'<?xml version="1.0"?><svg/>', "image/svg+xml"),
        ("pelkkää tekstiä".encode(), "text/plain"),
        (b"\x01\x02\x03\0", "application/octet-stream"),
        (b"", "text/plain"),
        (archive(("[Content_Types].xml", b""), ("word/document.xml", b"")), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive(("[Content_Types].xml", b""), ("xl/workbook.xml", b"")), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"")), "application/vnd.oasis.opendocument.text"),
        (archive(("kuva.png", PNG)), "application/zip"),
        (archive(("kuva.png", PNG))[:40], "application/zip"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)  # fmt: skip
def test_a_file_is_what_its_bytes_are(content: bytes, media: str) -> None:
    (file,) = read(mixed(attached("kuva.jpg", content, "image/jpeg"))).attachments
    assert (file.type, file.content, file.size) == (media, content, len(content))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("kuva.jpg", "kuva.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\kuva.jpg", "kuva.jpg"),
        ("=?utf-8?Q?k=C3=A4mp.jpg?=", "kämp.jpg"),
        ("=?utf-8?Q?exe=E2=80=AEgpj.exe?=", "exegpj.exe"),
        ("a\tb  c.pdf", "a b c.pdf"),
        ("..", "attachment-1.png"),
        ("", "attachment-1.png"),
        ("con.txt", "attachment-1.txt"),
        (".htaccess", "htaccess"),
        ("a<b>|c?.png", "abc.png"),
    ],
)
def test_a_file_s_name_is_safe_to_store_and_to_show(said: str, kept: str) -> None:
    assert read(mixed(attached(said, PNG))).attachments[0].name == kept


@given(st.text(max_size=300))
def test_any_name_becomes_a_short_one_without_a_path(said: str) -> None:
    encoded = base64.b64encode(said.encode("utf-8", "replace")).decode()
    name = read(mixed(attached(f"=?utf-8?B?{encoded}?=", PNG))).attachments[0].name
    assert 0 < len(name.encode()) <= 140
    assert not set(name) & set('/\\\0\n\r\t<>:"|?*\u202e')
    assert not name.startswith(".")


def test_more_files_than_twenty_are_left_out_by_name() -> None:
    message = read(mixed(*(attached(f"{number}.png", PNG) for number in range(23))))
    assert len(message.attachments) == MAX_FILES
    assert message.left_out == ("20.png", "21.png", "22.png")


def test_more_bytes_than_fit_are_left_out_by_name() -> None:
    message = read(mixed(attached("iso.bin", bytes(MAX_FILE_BYTES)), attached("toinen.png", PNG)))
    assert [one.name for one in message.attachments] == ["iso.bin"]
    assert message.left_out == ("toinen.png",)


def test_a_message_in_a_message_is_a_file() -> None:
    inner = made("Subject: Sisempi", body="Sisempi teksti")
    message = read(mixed(b"Content-Type: text/plain\n\nKatso liite", b"Content-Type: message/rfc822\n\n" + inner))
    assert message.text == "Katso liite"
    (file,) = message.attachments
    assert (file.name, file.type) == ("message.eml", "message/rfc822")
    assert read(file.content).subject == "Sisempi"


# --- the real ones


@pytest.mark.parametrize("path", REAL, ids=name_of)
def test_a_real_message_is_read(path: Path) -> None:
    message = read(path.read_bytes())
    sane(message)
    assert message.raw == path.read_bytes()


def test_real_headers_are_read() -> None:
    assert read((DATA / "flanker/encoded-header.eml").read_bytes()).from_ == (
        Address("Foo, Bar", "foo.bar@example.com"),
    )
    assert read((DATA / "flanker/from-encoding.eml").read_bytes()).from_[0].name == "Ingo Lütkebohle"
    assert read((DATA / "mikel/rfc6532_utf8_headers.eml").read_bytes()).from_ == (
        Address("Jöhn Doe", "jdöe@mächine.example"),
    )
    assert read((DATA / "helpdesk/quoted_printable.eml").read_bytes()).subject == "Český test"
    two = read((DATA / "mikel/plain_emails_raw_email_multiple_from.eml").read_bytes())
    assert [one.address for one in two.from_] == ["tim@powerupdev.com", "concierge@powerupdev.com"]
