import argparse
import asyncio
import signal

from kuutio.config.console import say
from kuutio.config.environment import read

HELP = "Take mail in by LMTP from a mail server, until told to stop; `up` does it too."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--listen", metavar="PLACE", help="HOST:PORT or a socket's path (default: KUUTIO_LMTP)")


def run(options: argparse.Namespace) -> int:
    """Serve; a message under way is kept first."""
    listen = options.listen or read("KUUTIO_LMTP")
    if not listen:
        say("kuutio: say where to listen: ./kuutio lmtp --listen 127.0.0.1:8024")
        return 1
    try:
        asyncio.run(_serve(listen))
    except (OSError, ValueError) as problem:
        say(f"kuutio: mail can't be taken in at {listen}: {problem}")
        return 1
    return 0


async def _serve(listen: str) -> None:
    from kuutio.contact import lmtp

    until = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, until.set)
    await lmtp.serve(listen, until=until, ready=lambda where: say(f"kuutio: mail comes in at {where} (LMTP)"))
