"""What the steps of the tour share: the people in it, what happened so far, and where each step can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kuutio.cities.models import City, Organisation, Person, Role
from kuutio.config import jobs
from kuutio.config.touring.visitor import Visitor
from kuutio.core.problems import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Stop:
    """A page on which a part of the story is seen.

    Attributes:
        room: which room of the house it is.
        words: what happened, as a sentence.
        path: of the page.
        reader: the e-mail address of who may read it; "" for everybody.
    """

    room: str
    words: str
    path: str
    reader: str = ""


@dataclass
class Story:
    """One walk through the house.

    Attributes:
        facts: what later steps need of earlier ones, by name.
    """

    site: str
    facts: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def visit(self, person: Person | None = None) -> Iterator[Visitor]:
        """A reader for as long as it takes."""
        visitor = Visitor(self.site, person)
        try:
            yield visitor
        finally:
            visitor.close()

    def wait(self, what: str, done: Callable[[], bool], *, seconds: int = 180) -> None:
        """Wait until the worker has done something.

        Args:
            what: it waits for, to be told when it doesn't come.

        Raises:
            Conflict: no worker lives, or it wasn't done in time.
        """
        if not jobs.a_worker_lives():
            raise Conflict(f"No worker is alive to do this: {what}. Start the whole: ./kuutio up")
        try:
            jobs.finish_here_unless_served(done, seconds=seconds)
        except TimeoutError as error:
            raise Conflict(f"The tour waited {seconds} seconds for this, in vain: {what}.") from error

    def city(self, code: str) -> City:
        """One of the cities.

        Raises:
            NotFound: this Kuutio has no such city.
        """
        city = City.objects.filter(pk=code).first()
        if city is None:
            raise NotFound(f"This Kuutio has no city {code}. The tour walks through the demonstration: ./kuutio up")
        return city

    def officer(self, code: str, role: str = "publisher") -> Person:
        """Somebody with a role in a city's organisation: the demonstration's, else one made for the tour."""
        organisation = Organisation.objects.filter(kind=Organisation.Kind.CITY, city=self.city(code)).first()
        if organisation is None:
            raise NotFound(f"{code} has no organisation here.")
        held = Role.objects.filter(role=role, organisation=organisation, person__is_demo=True, person__is_active=True)
        first = held.select_related("person").order_by("pk").first()
        if first is not None:
            return first.person
        person = self.resident(f"{role}-{code}")
        Role.objects.get_or_create(person=person, organisation=organisation, role=role)
        return person

    def resident(self, name: str) -> Person:
        """Somebody without a role, made for the tour once."""
        email = f"tour-{name}@demo.example.org"
        there = Person.objects.filter(email=email).first()
        return there or Person.objects.create_user(email, name="", is_demo=True)


Step = Callable[[Story], Iterator[Stop]]
