import argparse

HELP = "Run a worker that does the waiting jobs; start more of them on more machines."


def arguments(parser: argparse.ArgumentParser) -> None:
    """How many jobs at once, and whether to stop when none waits."""
    parser.add_argument("--concurrency", type=int, default=2, metavar="N", help="jobs at once (default 2)")
    parser.add_argument("--once", action="store_true", help="stop when no job waits")


def run(options: argparse.Namespace) -> None:
    """Work until told to stop; a job under way is finished first."""
    from kuutio.config.jobs import worker_app

    worker_app().run_worker(
        concurrency=options.concurrency,
        wait=not options.once,
        fetch_job_polling_interval=2.0,
        shutdown_graceful_timeout=20,
    )
