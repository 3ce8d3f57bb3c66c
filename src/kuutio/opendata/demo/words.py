"""Names that sound like places of a Finnish city, made of common words; none of them is a person's."""

from dataclasses import dataclass

import numpy as np

#: Finnish and Swedish beginnings.
_FIRST = (
    ("Koivu", "Björk"), ("Kuusi", "Gran"), ("Pihlaja", "Rönn"), ("Tammi", "Ek"), ("Vaahtera", "Lönn"),
    ("Lehmus", "Lind"), ("Mänty", "Tall"), ("Haapa", "Asp"), ("Leppä", "Al"), ("Paju", "Vide"), ("Saarni", "Ask"),
    ("Kataja", "En"), ("Mylly", "Kvarn"), ("Pelto", "Åker"), ("Niitty", "Ängs"), ("Kivi", "Sten"), ("Hiekka", "Sand"),
    ("Lampi", "Träsk"), ("Orava", "Ekorr"), ("Kettu", "Räv"),
)  # fmt: skip
#: Finnish ends with their genitive, Swedish ends with the form before another word.
_LAST = (
    ("mäki", "mäen", "backen", "backs"), ("laakso", "laakson", "dalen", "dals"), ("niemi", "niemen", "udden", "udds"),
    ("harju", "harjun", "åsen", "ås"), ("lehto", "lehdon", "lunden", "lunds"), ("ranta", "rannan", "stranden", "strands"),
    ("metsä", "metsän", "skogen", "skogs"), ("kangas", "kankaan", "heden", "heds"), ("suo", "suon", "kärret", "kärrs"),
    ("kallio", "kallion", "berget", "bergs"),
)  # fmt: skip
_WAYS = (("tie", "vägen"), ("katu", "gatan"), ("kuja", "gränden"), ("polku", "stigen"))


@dataclass(frozen=True, slots=True)
class Name:
    """A made place name: Finnish, its genitive, Swedish, the Swedish beginning of a compound."""

    fi: str
    gen: str
    sv: str
    sv_first: str


ALL = tuple(
    Name(first + last, first + genitive, first_sv + last_sv, first_sv + joint)
    for first, first_sv in _FIRST
    for last, genitive, last_sv, joint in _LAST
)


def names(rng: np.random.Generator, count: int) -> list[Name]:
    """So many names, none twice before all have been used."""
    picked: list[Name] = []
    while len(picked) < count:
        picked += [ALL[n] for n in rng.permutation(len(ALL)).tolist()]
    return picked[:count]


def street(rng: np.random.Generator) -> tuple[str, str]:
    """A street's Finnish and Swedish name."""
    name = ALL[int(rng.integers(len(ALL)))]
    way, way_sv = _WAYS[int(rng.choice(4, p=(0.45, 0.3, 0.15, 0.1)))]
    return f"{name.gen}{way}", f"{name.sv_first}{way_sv}"
