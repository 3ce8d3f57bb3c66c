import argparse
import uuid

from kuutio.config.console import answer, say

HELP = "Show the mail that was put aside or could not be read, and read it after all."


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with one; without words, a list of all that isn't read."""
    parser.add_argument("--take", metavar="ID", type=uuid.UUID, help="a person wrote it: read what was put aside")
    parser.add_argument("--again", metavar="ID", type=uuid.UUID, help="read once more what could not be read")


def run(options: argparse.Namespace) -> int:
    """Print the mails, or the one that was read, as JSON."""
    from kuutio.contact.actions import mailing
    from kuutio.contact.models import RawMail

    rows = RawMail.objects.exclude(state=RawMail.State.DONE)
    wanted = options.take or options.again
    if wanted:
        one = rows.filter(uuid=wanted).first()
        if one is None:
            say("kuutio: no such mail waits, was put aside or failed")
            return 1
        mailing.take_in(one.pk, as_human=bool(options.take))
        rows = RawMail.objects.filter(pk=one.pk)
    answer(
        [
            {
                "id": str(row.uuid),
                "received_at": row.received_at.isoformat(),
                "state": row.state,
                "cls": row.cls,
                "problem": row.problem,
                "size": row.size,
                "file": f"mail/{row.path}",
                "case": row.message.case.number if row.message else "",
            }
            for row in rows.select_related("message__case")
        ]
    )
    return 0
