"""`python -m tests.make_template`: make the database that test databases are copied from, when it isn't there."""

import django

django.setup()

from tests.template import template  # noqa: E402  # needs the models

template()
