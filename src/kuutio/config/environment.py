"""The settings that an operator may give as environment variables: one typed table, printed by `./kuutio settings`."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("write 1 or 0")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _rows(text: str) -> list[dict[str, Any]]:
    rows = json.loads(text) if text.strip() else []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("write a JSON list of objects")
    return rows


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, how its text is read, its default as text, and what it is for."""

    name: str
    read: Callable[[str], Any]
    default: str
    help: str


SETTINGS = (
    Setting("DATABASE_URL", str, "", "PostgreSQL 15 or newer; empty: the embedded server in the data folder."),
    Setting("KUUTIO_DATA", Path, str(ROOT / "var"), "The data folder: database, snapshots, files, outbox."),
    Setting("KUUTIO_SECRET_KEY", str, "", "Signs sessions; empty: made once and kept in the data folder."),
    Setting("KUUTIO_URL", str, "http://localhost:8000", "The public address, without a final slash."),
    Setting(
        "KUUTIO_ALLOWED_HOSTS", _words, "localhost,127.0.0.1,[::1]", "Host names to answer to, by commas; * for any."
    ),
    Setting("KUUTIO_DEBUG", _flag, "0", "1: error pages with tracebacks and the component gallery. Never in public."),
    Setting("KUUTIO_DEMO", _flag, "0", "1: demonstration mode: the outbox has a page. Set by ./kuutio up."),
    Setting(
        "KUUTIO_EMAIL_URL", str, "", "smtp://USER:PASSWORD@HOST:PORT (smtps: TLS); empty: files in the outbox folder."
    ),
    Setting("KUUTIO_EMAIL_FROM", str, "Kuutio <kuutio@localhost>", "The sender of the mail that goes out."),
    Setting(
        "KUUTIO_MAIL_DOMAIN", str, "localhost", "The domain of the mail that comes in: Kuutio's alone, no people's."
    ),
    Setting(
        "KUUTIO_LMTP", str, "127.0.0.1:8024", "Where mail comes in: HOST:PORT, or a socket's path; empty: nowhere."
    ),
    Setting(
        "KUUTIO_MAIL_AUTHSERV",
        str,
        "",
        "Whose Authentication-Results to believe: the name our mail server writes there.",
    ),
    Setting(
        "KUUTIO_CONTACT", str, "", "Who runs this Kuutio: an e-mail or https address; empty: the sender's address."
    ),
    Setting(
        "KUUTIO_OIDC",
        str,
        "",
        "JSON list of OpenID Connect providers: id, name, server_url, client_id, secret; strong: true for strong ones; claims.",
    ),
    Setting("KUUTIO_READS_PER_MINUTE", int, "6000", "Reads a client may make through the interfaces; never below 600."),
    Setting(
        "KUUTIO_SEALED_DAYS", int, "183", "Days for which the words of a hidden contribution are kept for an appeal."
    ),
    Setting("KUUTIO_WRITES_PER_MINUTE", int, "120", "Writes a client may make through the interfaces."),
    Setting("KUUTIO_TRUSTED_PROXIES", int, "0", "How many proxies in front add to X-Forwarded-For."),
    Setting("KUUTIO_SNAPSHOTS_KEPT", int, "20", "Old snapshots kept for each table."),
    Setting("KUUTIO_FETCH_ALLOW", _words, "", "Private networks that harvests may fetch from, such as 127.0.0.0/8."),
    Setting("KUUTIO_UPLOAD_MAX_MB", int, "2048", "The largest file that an upload or a harvest may bring, MiB."),
    Setting(
        "KUUTIO_ENGINE", str, "duckdb", "Where SQL from outside runs: duckdb, or spark (needs pyspark and Java 17)."
    ),
    Setting(
        "KUUTIO_BASEMAP", str, "", "Address of another MapLibre style for the base map; empty: the borders we carry."
    ),
    Setting(
        "KUUTIO_UNDO_SEND_S", int, "10", "How long an officer can take an answer back, seconds; 0: it leaves at once."
    ),
    Setting("KUUTIO_LOG_LEVEL", str, "INFO", "DEBUG, INFO, WARNING or ERROR; the logs are JSON lines on stderr."),
    Setting("OTEL_EXPORTER_OTLP_ENDPOINT", str, "", "OpenTelemetry collector; empty: no traces."),
    Setting(
        "KUUTIO_CHANNELS",
        _rows,
        "",
        "JSON list of text, voice and messenger providers: name, kind, secrets, send_to, key, city.",
    ),
    Setting("KUUTIO_CHAT_WAIT_MINUTES", int, "5", "How long somebody waits in the chat before we ask where to answer."),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def read(name: str) -> Any:
    """The value of a setting in this process's environment.

    Raises:
        SystemExit: the text given can't be read; says which and why.
    """
    setting = _BY_NAME[name]
    text = os.environ.get(name, setting.default)
    try:
        return setting.read(text)
    except ValueError as error:
        raise SystemExit(f"kuutio: the setting {name}={text!r} can't be read: {error}") from error
