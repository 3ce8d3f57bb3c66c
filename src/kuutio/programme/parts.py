"""What the strategy gives to the joint pages."""

from django.utils.translation import gettext_lazy as _

from kuutio.core.parts import Door, Face, Menu, Parts, SearchSource
from kuutio.programme.call_parts import PARTS as CALLS
from kuutio.programme.findable import KIND

PARTS = CALLS + Parts(
    doors=(
        Door(
            key="strategy",
            title=_("See what the cities promise"),
            text=_(
                "The joint strategy: its focus areas and spearheads, who answers for them, and where the money comes from."
            ),
            go=_("Read the strategy"),
            url="programme:strategy",
            face=Face.PROGRAMME,
            order=400,
        ),
    ),
    searches=(
        SearchSource(kind=KIND, label=_("Strategy"), plural=_("Pages of the strategy"), face=Face.PROGRAMME, order=400),
    ),
    menu=(Menu(key="strategy", title=_("Strategy"), url="programme:strategy", order=500),),
)
