"""Files that come from outside: a name that is safe everywhere, and a type that the bytes themselves tell."""

import io
import re
import unicodedata
import zipfile

_SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),  # Word, Excel, Outlook of old
    (0, b"\x78\x9f\x3e\x22", "application/ms-tnef"),  # winmail.dat
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "application/ogg"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-elf"),
)
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), "image/heic"),
    **dict.fromkeys((b"mif1", b"msf1"), "image/heif"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    b"qt  ": "video/quicktime",
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3gr6", b"3gs6"), "video/3gpp"),
}
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_MARKUP = (
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<svg", "image/svg+xml"),
    (b"<!doctype svg", "image/svg+xml"),
)
#: Kinds of text that a sender is believed on; anything else that is text is plain.
_TEXTS = {"text/plain", "text/csv", "text/calendar", "text/vcard", "text/html", "text/markdown", "message/rfc822"}
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "video/mp4": ".mp4",
}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\ud800-\udfff]')
_NAME_BYTES = 120


def type_of(content: bytes, declared: str = "") -> str:
    """The media type that the bytes show; `application/octet-stream` when they show none.

    A sender's word counts only among kinds of text, where it can do no harm. A page or a drawing that hides as a picture
    is told as what it is, so that it is never shown inline.
    """
    for at, sign, media in _SIGNS:
        if content.startswith(sign, at):
            return media
    head = content[:1024]
    if head[:4] == b"RIFF" and head[8:12] in {b"WEBP", b"AVI ", b"WAVE"}:
        return {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}[head[8:12]]
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(content)
    if b"\x00" in head:
        return "application/octet-stream"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for sign, media in _MARKUP:
        if start.startswith(sign):
            return media
    if start.startswith(b"<?xml"):
        return "image/svg+xml" if b"<svg" in head.lower() else "application/xml"
    try:
        content[:65_536].decode("utf-8")
    except UnicodeDecodeError as problem:
        if problem.start < min(len(content), 65_536) - 3 and not declared.startswith(("text/", "message/")):
            return "application/octet-stream"
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return "application/octet-stream"
    return declared if declared in _TEXTS else "text/plain"


def _archive(content: bytes) -> str:
    # Only the list of names and one small file that isn't packed are read: nothing is unpacked, so that no bomb goes off.
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            first = archive.infolist()[:200]
            if first and first[0].filename == "mimetype" and first[0].compress_type == zipfile.ZIP_STORED:
                said = archive.open(first[0]).read(100).decode("ascii", "replace").strip()
                if re.fullmatch(r"application/(vnd\.oasis\.opendocument\.[a-z-]{1,40}|epub\+zip)", said):
                    return said
            names = [one.filename for one in first]
    except Exception:  # noqa: BLE001  # a broken archive fails in many ways, and is a file of an unknown kind in all of them
        return "application/zip"
    if "[Content_Types].xml" in names:
        return next(
            (kind for folder, kind in _OFFICE.items() if any(n.startswith(folder) for n in names)), "application/zip"
        )
    return "application/zip"


def safe_name(name: str, *, number: int, media: str) -> str:
    """A file's name that any system stores and no reader is fooled by.

    The last part of a path, without control characters, characters that Windows forbids, and invisible ones (a
    right-to-left override makes `gpj.exe` look like `exe.jpg`); at most 120 bytes, its ending kept. Without a name:
    `attachment-3.pdf`.
    """
    name = unicodedata.normalize("NFC", name[:2_000]).replace("\\", "/").rpartition("/")[2]
    name = _UNSAFE.sub(
        "", "".join(c for c in name if unicodedata.category(c) not in {"Cf", "Cc", "Cs", "Co", "Zl", "Zp"})
    )
    name = " ".join(name.split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 12 or " " in ending:
        stem, dot, ending = name, "", ""
    stem = stem.encode()[: _NAME_BYTES - len((dot + ending).encode())].decode("utf-8", "ignore").rstrip(". ")
    if not stem or re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)", stem.partition(".")[0].strip()):
        return f"attachment-{number}{dot + ending if stem else _ENDINGS.get(media, '')}"
    return stem + dot + ending
