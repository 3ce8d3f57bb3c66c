import argparse

HELP = "Run a Django management command, such as makemigrations."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words after it are Django's."""


def run(options: argparse.Namespace) -> None:
    """Hand the words to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["./kuutio manage", *options.rest])
