"""Everything that the PyPI package `civicbot` can ask of one server: python civic.py ENDPOINT KEY LON LAT; prints JSON."""

import json
import sys

from civicbot.open311 import Open311Client
from civicbot.registry import Endpoint

endpoint, key, lon, lat = sys.argv[1:]
client = Open311Client(Endpoint("kuutio", "Kuutio", endpoint, write=True, geo_scoped=True))
here = {"lat": float(lat), "lng": float(lon)}
services = client.list_services(**here)
posted = client.create_request(
    "pothole",
    dry_run=False,
    confirm="SEND",
    api_key=key,
    validate_remote=True,  # looks at our services and definition before it posts
    description="Kuoppa, civicbot",
    attributes={"danger": "no"},
    **here,
)
number = posted.response[0]["service_request_id"]
told = {
    "services": len(services),
    "number": number,
    "one": client.get_request(number)["service_request_id"],
    "first": client.list_requests(status="open", page_size=5)[0]["service_request_id"],
    "token": client.get_token(number)[0]["service_request_id"],
}
print(json.dumps(told))
