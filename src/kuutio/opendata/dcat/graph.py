"""A set of statements, in the one order in which they are always written."""

from collections.abc import Iterable, Iterator

from kuutio.opendata.dcat.terms import Iri, Literal, Term, name

_TYPE = name("rdf:type")


def _order(term: Term) -> tuple[int, str, str, str]:
    """Names before texts, then by what is written."""
    if isinstance(term, Literal):
        return (1, term.value, term.language, term.datatype)
    return (0, str(term), "", "")


class Graph:
    """Statements by subject and property. The same set of statements is the same document, however it was made.

    Attributes:
        root: the thing that the document is about, written first.
    """

    def __init__(self, root: Iri) -> None:
        self.root = root
        self._by_subject: dict[Iri, dict[Iri, set[Term]]] = {}

    def add(self, subject: Iri, curie: str, *things: Term | None) -> None:
        """State something of a subject; what is none is not stated."""
        known = [thing for thing in things if thing is not None]
        if known:
            self._by_subject.setdefault(subject, {}).setdefault(name(curie), set()).update(known)

    def node(self, subject: Iri, *types: str) -> Iri:
        """Say what a thing is; returns it."""
        self.add(subject, "rdf:type", *map(name, types))
        return subject

    def of(self, subject: Iri, curie: str) -> list[Term]:
        """What is stated of a subject with a property, in order."""
        return sorted(self._by_subject.get(subject, {}).get(name(curie), ()), key=_order)

    def one(self, subject: Iri, curie: str) -> Term | None:
        """The first of what is stated, if anything is."""
        return next(iter(self.of(subject, curie)), None)

    def types(self, subject: Iri) -> set[Term]:
        """What a thing is said to be."""
        return self._by_subject.get(subject, {}).get(_TYPE, set())

    def of_type(self, curie: str) -> list[Iri]:
        """The things said to be of a type, in order."""
        kind = name(curie)
        return sorted(subject for subject in self._by_subject if kind in self.types(subject))

    def take(self, other: "Graph") -> None:
        """Take all the statements of another set."""
        for subject, properties in other._by_subject.items():
            mine = self._by_subject.setdefault(subject, {})
            for prop, things in properties.items():
                mine.setdefault(prop, set()).update(things)

    def replace(self, subject: Iri, curie: str, *things: Term) -> None:
        """State something in place of what was stated; with nothing, the property goes."""
        properties = self._by_subject.get(subject, {})
        properties.pop(name(curie), None)
        self.add(subject, curie, *things)
        if not properties:
            self._by_subject.pop(subject, None)

    def drop(self, subject: Iri) -> None:
        """Forget all that is stated of a subject."""
        self._by_subject.pop(subject, None)

    def subjects(self) -> list[Iri]:
        """The root, then the others by name."""
        return sorted(self._by_subject, key=lambda subject: (subject != self.root, subject))

    def properties(self, subject: Iri) -> Iterator[tuple[Iri, list[Term]]]:
        """The properties of a subject and their values: its types first, then by name."""
        stated = self._by_subject[subject]
        for prop in sorted(stated, key=lambda one: (one != _TYPE, one)):
            yield prop, sorted(stated[prop], key=_order)

    def __iter__(self) -> Iterator[tuple[Iri, Iri, Term]]:
        for subject in self.subjects():
            for prop, things in self.properties(subject):
                for thing in things:
                    yield subject, prop, thing

    def __len__(self) -> int:
        return sum(len(things) for properties in self._by_subject.values() for things in properties.values())


def joined(root: Iri, parts: Iterable[Graph]) -> Graph:
    """One set of statements made of many."""
    whole = Graph(root)
    for part in parts:
        whole.take(part)
    return whole
