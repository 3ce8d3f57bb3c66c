"""A rule in a sentence that a voter reads before voting, in Finnish, Swedish and English."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .naming import decimal
from .purses import Utility
from .rules import Completion, EqualShares, Greedy, Overflow, Phragmen, Rule, Start, Stop, Ties

Tongue: TypeAlias = Literal["fi", "sv", "en"]

_SENTENCES: dict[str, dict[Tongue, str]] = {
    "greedy": {
        "fi": "Ehdotukset käydään läpi äänimäärän mukaan, eniten ääniä tai pisteitä saanut ensin",
        "sv": "Förslagen gås igenom enligt antalet röster, det som fått flest röster eller poäng först",
        "en": "Projects are taken by support, the one with the most votes or points first",
    },
    "per-cost": {
        "fi": "Ehdotukset käydään läpi sen mukaan, kuinka monta ääntä tai pistettä ne saivat kutakin euroa kohti",
        "sv": "Förslagen gås igenom enligt hur många röster eller poäng de fått per euro",
        "en": "Projects are taken by the votes or points they got for each euro they cost",
    },
    "skip": {
        "fi": ", ja rahoitetaan, jos raha riittää; liian kallis ohitetaan.",
        "sv": " och finansieras om pengarna räcker; ett för dyrt förslag hoppas över.",
        "en": ", and funded if the money suffices; one that is too dear is passed over.",
    },
    "no-skip": {
        "fi": ", ja rahoitetaan, kunnes raha ei riitä seuraavaan.",
        "sv": " och finansieras tills pengarna inte räcker till nästa.",
        "en": ", and funded until the money doesn't suffice for the next.",
    },
    "threshold": {
        "fi": " Alle {number} ääntä tai pistettä saanutta ei rahoiteta.",
        "sv": " Ett förslag med färre än {number} röster eller poäng finansieras inte.",
        "en": " A project with fewer than {number} votes or points isn't funded.",
    },
    "mes": {
        "fi": "Raha jaetaan äänestäjille tasan, ja kannattajat ostavat ehdotukset osuuksillaan, "
        "ensin sen, jossa kannattajan osuudella saa eniten {worth}.",
        "sv": "Pengarna delas lika mellan de röstande, och de som stöder ett förslag köper det med sina andelar, "
        "först det där andelen ger mest {worth}.",
        "en": "The money is shared equally among the voters, and supporters buy projects with their shares, "
        "first the one in which a share buys the most {worth}.",
    },
    "cost": {"fi": "rahassa mitattuna", "sv": "mätt i pengar", "en": "in money"},
    "cardinality": {"fi": "ehdotuksia", "sv": "förslag", "en": "projects"},
    "points": {"fi": "omia pisteitä", "sv": "av ens egna poäng", "en": "of one's own points"},
    "floor": {
        "fi": " Osuus pyöristetään alas täyteen yksikköön.",
        "sv": " Andelen avrundas nedåt till en hel enhet.",
        "en": " The share is rounded down to a whole unit.",
    },
    "overshoot": {
        "fi": " Osuuksia korotetaan {number} kerrallaan, kunnes tulos maksaisi liikaa; viimeinen, johon raha riittää, jää voimaan.",
        "sv": " Andelarna höjs med {number} åt gången tills resultatet skulle kosta för mycket; det sista som ryms gäller.",
        "en": " Shares are raised by {number} at a time until the result would cost too much; the last one that fits stands.",
    },
    "exhaustive": {
        "fi": " Osuuksia korotetaan {number} kerrallaan, kunnes mikään muu ehdotus ei enää mahdu budjettiin tai tulos maksaisi liikaa.",
        "sv": " Andelarna höjs med {number} åt gången tills inget annat förslag ryms i budgeten eller resultatet skulle kosta för mycket.",
        "en": " Shares are raised by {number} at a time until no other project fits in the budget or the result would cost too much.",
    },
    "completion": {
        "fi": " Jäljelle jäänyt raha käytetään kannatuksen mukaisessa järjestyksessä.",
        "sv": " Det som blir över används i den ordning som stödet ger.",
        "en": " What is left is spent in the order of support.",
    },
    "phragmen": {
        "fi": "Jokaiselle äänestäjälle kertyy rahaa samaa tahtia, ja kannattajat ostavat ehdotuksen heti, kun heidän rahansa riittävät; "
        "laskenta päättyy ensimmäiseen, johon budjetti ei riitä.",
        "sv": "Alla röstande får pengar i samma takt, och de som stöder ett förslag köper det så snart deras pengar räcker; "
        "räkningen slutar vid det första som budgeten inte räcker till.",
        "en": "All voters earn money at the same speed, and supporters buy a project as soon as theirs suffices; "
        "the count ends at the first that the budget doesn't suffice for.",
    },
    "ties": {
        "fi": " Tasatilanteessa ratkaisee {order}.",
        "sv": " Vid lika läge avgör {order}.",
        "en": " Ties are decided by {order}.",
    },
    "votes": {"fi": "suurempi äänimäärä", "sv": "fler röster", "en": "more votes"},
    "lower-cost": {"fi": "pienempi hinta", "sv": "lägre kostnad", "en": "lower cost"},
    "lot": {
        "fi": "ennen äänestystä arvottu järjestys",
        "sv": "en ordning lottad före röstningen",
        "en": "a lot drawn before voting",
    },
    "id": {"fi": "ehdotuksen tunnus", "sv": "förslagets beteckning", "en": "the project's id"},
    "then": {"fi": ", sitten ", "sv": ", sedan ", "en": ", then "},
}


def sentence(rule: Rule, tongue: Tongue) -> str:
    """What a rule does, to be published with its JSON before voting opens."""

    def say(key: str, **given: str) -> str:
        return _SENTENCES[key][tongue].format(**given)

    if isinstance(rule, Phragmen):
        text = say("phragmen")
    elif isinstance(rule, Greedy):
        text = say("per-cost" if rule.per_cost else "greedy")
        text += say("skip" if rule.overflow is Overflow.SKIP else "no-skip")
        if rule.threshold:
            text += say("threshold", number=str(rule.threshold))
    else:
        text = _of_shares(rule, tongue)
    return text + say("ties", order=_order(rule.ties, tongue))


def _of_shares(rule: EqualShares, tongue: Tongue) -> str:
    worth = {Utility.COST: "cost", Utility.CARDINALITY: "cardinality", Utility.POINTS: "points"}[rule.utility]
    text = _SENTENCES["mes"][tongue].format(worth=_SENTENCES[worth][tongue])
    if rule.start is Start.FLOOR:
        text += _SENTENCES["floor"][tongue]
    if rule.increment is not None:
        raised = "exhaustive" if rule.stop is Stop.EXHAUSTIVE else "overshoot"
        number = decimal(rule.increment)
        text += _SENTENCES[raised][tongue].format(number=number if tongue == "en" else number.replace(".", ","))
    if rule.completion is Completion.UTILITARIAN:
        text += _SENTENCES["completion"][tongue]
    return text


def _order(ties: Ties, tongue: Tongue) -> str:
    keys = [{"votes": "votes", "cost": "lower-cost"}[key] for key in ties.keys]
    keys += ["lot"] if ties.lot else []
    return _SENTENCES["then"][tongue].join(_SENTENCES[key][tongue] for key in [*keys, "id"])
