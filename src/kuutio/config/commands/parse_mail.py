"""`./kuutio parse-mail`: what Kuutio makes of messages, without receiving them."""

import argparse
import json
import sys
from pathlib import Path

from kuutio.config.console import say
from kuutio.contact.mail.classifying import classify
from kuutio.contact.mail.quoting import reply_text
from kuutio.contact.mail.reading import read

HELP = "Read raw e-mail messages and print what Kuutio makes of each, one JSON object a line; nothing is stored."
NEEDS_DATABASE = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """The files."""
    parser.add_argument("files", nargs="+", metavar="FILE.eml", help="a raw message (RFC 5322)")


def run(options: argparse.Namespace) -> int:
    """One line for each file that can be read; 1 when one of them could not."""
    status = 0
    for file in options.files:
        try:
            raw = Path(file).read_bytes()
        except (OSError, ValueError) as problem:
            say(f"kuutio: {file}: {getattr(problem, 'strerror', None) or problem}")
            status = 1
            continue
        message = read(raw)
        verdict = classify(message)
        line = {
            "file": file,
            "cls": verdict.cls,
            "subject": message.subject,
            "text": message.text,
            "reply_text": reply_text(message.text),
            "send_ack": verdict.send_ack,
            "reopen": verdict.reopen,
            "bounced": list(verdict.bounced),
            "attachments": [{"name": one.name, "type": one.type, "size": one.size} for one in message.attachments],
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return status
