"""What the strategy gives to the joint pages."""

from django.utils.translation import gettext_lazy as _

from kuutio.core.parts import Door, Face, Figure, Menu, MinePart, Parts, Personal, SearchSource, WorkPart
from kuutio.programme import grant_parts, grant_permissions, grant_personal, result_findable
from kuutio.programme.call_parts import PARTS as CALLS
from kuutio.programme.findable import KIND
from kuutio.programme.promise_figures import EVIDENCE, GAPS
from kuutio.programme.tallied import kept_of_all

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
        Door(
            key="promises",
            title=_("See what was kept"),
            text=_(
                "Every promise of the six cities with the figures that show how it stands, and what is still missing."
            ),
            go=_("Check the promises"),
            url="programme:promises",
            face=Face.PROGRAMME,
            order=410,
        ),
    ),
    searches=(
        SearchSource(kind=KIND, label=_("Strategy"), plural=_("Pages of the strategy"), face=Face.PROGRAMME, order=400),
        SearchSource(
            kind=result_findable.KIND,
            label=_("Result of a project"),
            plural=_("Results of projects"),
            face=Face.PROGRAMME,
            order=410,
        ),
    ),
    mine=(
        MinePart(
            key="grants",
            title=_("My grants"),
            template="programme/grants/part_mine.html",
            context=grant_parts.mine,
            order=400,
        ),
    ),
    work=(
        WorkPart(
            key="grants",
            title=_("Grants and claims"),
            template="programme/grants/part_work.html",
            context=grant_parts.to_do,
            allowed=grant_permissions.may_watch,
            order=60,
        ),
    ),
    personal=(Personal(key="grants", export=grant_personal.exported, kept=grant_personal.kept),),
    figures=(
        Figure(
            key="programme-promises",
            label=_("promises of the strategy kept, of all"),
            compute=kept_of_all,
            url="programme:promises",
            order=400,
        ),
    ),
    menu=(
        Menu(key="strategy", title=_("Strategy"), url="programme:strategy", order=500),
        Menu(key="promises", title=_("Promises"), url="programme:promises", order=510),
    ),
    evidence=EVIDENCE,
    gaps=GAPS,
)
