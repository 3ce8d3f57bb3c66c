"""Messages for tests: the real ones of `data`, and made ones."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
REAL = sorted(DATA.glob("*/*.eml"))


def name_of(path: Path) -> str:
    """`talon/gmail`."""
    return f"{path.parent.name}/{path.stem}"


def made(*headers: str, body: str | bytes = "Kuoppa on yhä siinä.") -> bytes:
    """A message of a resident with these headers more, or in place of its own of the same name."""
    names = {header.partition(":")[0].lower() for header in headers}
    own = [
        "From: Aino <aino@posti.example>",
        "To: vastaus@kuutio.example",
        "Subject: Kuoppa",
        "Message-ID: <1@posti.example>",
    ]
    lines = [line for line in own if line.partition(":")[0].lower() not in names] + list(headers)
    content = body.encode() if isinstance(body, str) else body
    return (
        "\n".join(line for line in lines if line.partition(":")[2].strip() or line in headers).encode()
        + b"\n\n"
        + content
    )


def mixed(*parts: bytes) -> bytes:
    """A message of several parts, each with its own headers."""
    body = b"".join(b"--b\n" + part + b"\n" for part in parts) + b"--b--\n"
    return made("MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", body=body)


def attached(name: str, content: bytes, media: str = "application/octet-stream") -> bytes:
    """A part that is a file."""
    import base64

    head = f'Content-Type: {media}\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="{name}"\n\n'
    return head.encode() + base64.encodebytes(content)
