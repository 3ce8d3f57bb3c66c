"""What every page's layout needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kuutio.cities.places import cities
from kuutio.web import gathered


def house(request: HttpRequest) -> dict[str, Any]:
    """The menu, the cities for the switch, and the city chosen; read only when a template uses them."""

    def chosen() -> Any:
        code = request.COOKIES.get("city")
        return next((city for city in cities() if city.code == code), None)

    return {
        "menu": sorted(gathered.parts().menu, key=lambda item: item.order),
        "all_cities": cities,
        "chosen_city": chosen,
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
    }
