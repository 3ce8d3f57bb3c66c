"""What every page's layout needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kuutio.cities.places import City, cities
from kuutio.web import gathered
from kuutio.web.workspace import may_work


def house(request: HttpRequest) -> dict[str, Any]:
    """The menu, the cities for the switch, the city chosen, the workspace's entry; read only when a template uses them."""
    members = SimpleLazyObject(cities)

    def chosen() -> City | None:
        code = request.COOKIES.get("city")
        return next((city for city in members if city.code == code), None) if code else None

    return {
        "menu": gathered.reachable(gathered.parts().menu),
        "all_cities": members,
        "chosen_city": chosen,
        "may_work": lambda: may_work(request.user),
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
    }
