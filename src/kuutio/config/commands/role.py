"""`./kuutio role`: give or take a role, from the command line: how the first administrator comes to be."""

import argparse

from kuutio.config.console import answer
from kuutio.core.problems import NotFound

HELP = "Give a person a role in an organisation, or take it."
ROLES = ("publisher", "agent", "office", "reviewer", "auditor", "admin")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, whose, which role, where."""
    parser.add_argument("act", choices=("give", "take"))
    parser.add_argument("email", metavar="EMAIL", help="of the person's account")
    parser.add_argument("role", metavar="ROLE", choices=ROLES, help=f"one of {', '.join(ROLES)}")
    parser.add_argument("organisation", metavar="ORG", help="the organisation's slug")


def run(options: argparse.Namespace) -> int:
    """Print the roles that the person holds afterwards as JSON; 1 when a role was to be taken that they don't hold.

    Raises:
        NotFound: nobody has that address, or no organisation that slug.
        LastAdministrator: it would leave nobody to run this Kuutio.
    """
    from django.utils import timezone

    from kuutio.cities.actions import give_role, take_role
    from kuutio.cities.models import Organisation, Person

    person = Person.objects.filter(email=options.email.strip().lower(), is_active=True).first()
    if person is None:
        raise NotFound(f"Nobody here has the address {options.email}. They make the account themselves, by signing in.")
    organisation = Organisation.objects.filter(slug=options.organisation).first()
    if organisation is None:
        known = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True)[:50])
        raise NotFound(f"There is no organisation {options.organisation}. These are: {known or 'none'}.")
    done = True
    if options.act == "give":
        give_role(person, organisation, options.role, by=None, at=timezone.now())
    else:
        done = take_role(person, organisation, options.role, by=None, at=timezone.now())
    held = person.roles.order_by("organisation__slug", "role").values_list("organisation__slug", "role")
    answer({"person": person.email, "roles": [{"organisation": slug, "role": role} for slug, role in held]})
    return 0 if done else 1
