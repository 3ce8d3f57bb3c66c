"""Clients of Open311 that others wrote, unmodified, against a running Kuutio: `python bench/open311_clients.py`.

    georeport (PyPI)   reads, in JSON and XML
    civicbot (PyPI)    reads, looks at the definition, posts
    open311 (npm)      discovers, reads, posts; in JSON (what it reads XML with is in git alone, and is stood for)
    curl               posts as FixMyStreet does: a form with attribute[..], and one with a picture

They are installed into `var/peers` on first use. One JSON object on stdout: what each was told; the status is 1 when one failed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from running import ROOT, api_key, database, say, serving
from side_by_side import PEERS, peer

PORT = 8172
LON, LAT = "24.9414", "60.1708"
OURS = Path(__file__).parent / "peers" / "open311"

GEOREPORT = """
import json, sys
from georeport import GeoReport
told = {}
for form in ("json", "xml"):
    client = GeoReport(sys.argv[1] + "/", output_format=form)
    requests = client.get_service_requests()
    one = client.get_service_request(requests[0]["service_request_id"])
    one = one[0] if isinstance(one, list) else one
    assert one["service_request_id"] == requests[0]["service_request_id"]
    assert client.get_service_definition("pothole")["service_code"] == "pothole"
    told[form] = {"services": len(client.get_service_list()), "requests": len(requests)}
assert told["json"] == told["xml"]
print(json.dumps(told))
"""


def npm_client() -> Path:
    """The folder of the npm client, installed on first use."""
    home = PEERS / "open311-npm"
    if not (home / "done").exists():
        say("installing open311 from npm")
        home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", "client.cjs"):
            shutil.copy(OURS / name, home / name)
        npm = str(ROOT / ".venv" / "bin" / "npm")
        subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=home, check=True, stdout=sys.stderr)
        (home / "done").touch()
    return home


def told(*command: str) -> dict[str, object]:
    """What a client prints, or how it failed."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode:
        return {"failed": (done.stderr or done.stdout)[-600:]}
    return dict(json.loads(done.stdout))


def like_fixmystreet(endpoint: str, key: str, picture: Path) -> dict[str, object]:
    """The forms that mySociety's programs send: texts again as attributes, their own numbers, and one with a picture."""
    words = {
        "api_key": key, "service_code": "pothole", "lat": LAT, "long": LON, "email": "report@fixmystreet.example",
        "first_name": "Aino", "last_name": "Virtanen", "description": "Kuoppa", "attribute[danger]": "some",
        "attribute[title]": "Kuoppa", "attribute[easting]": "385721", "attribute[northing]": "6672165",
        "media_url": "https://fixmystreet.example/photo/1.jpeg",
    }  # fmt: skip
    sent = []
    for number, more in (("1", []), ("1", []), ("2", ["-F", f"media[]=@{picture};type=image/jpeg"])):
        how = "-F" if more else "--data-urlencode"
        fields = [part for name, value in words.items() for part in (how, f"{name}={value}")]
        fields += [how, f"attribute[fixmystreet_id]={number}", *more]
        (one,) = json.loads(
            subprocess.run(
                ["curl", "-sf", *fields, f"{endpoint}/requests.json"], capture_output=True, check=True
            ).stdout
        )
        sent.append(one["service_request_id"])
    return {"numbers": sent, "sent_again_is_the_same": sent[0] == sent[1] != sent[2]}


def main() -> int:
    """Ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="keep the data folder here, and use the one that is there")
    arguments = parser.parse_args()
    python = str(peer("open311-python", sys.executable, "georeport==0.3.1", "civicbot==0.4.0") / "bin" / "python")
    node, home = str(ROOT / ".venv" / "bin" / "node"), npm_client()
    os.environ["KUUTIO_DEMO"] = "1"  # so that the endpoint calls itself one for tests
    with tempfile.TemporaryDirectory(prefix="kuutio-clients-") as place:
        picture = Path(place) / "picture.jpg"
        Image.new("RGB", (40, 30), "red").save(picture)
        with database(arguments.keep or Path(place) / "data", PORT) as house:
            key = api_key()
            with serving(house):
                endpoint = f"{house.site}/api/open311/v2"
                where = (key, LON, LAT)
                found = {
                    "georeport": told(python, "-c", GEOREPORT, endpoint),
                    "civicbot": told(python, str(OURS / "civic.py"), endpoint, *where),
                    "open311 (npm)": told(node, str(home / "client.cjs"), f"{house.site}/api/open311/discovery.json", *where),
                    "like FixMyStreet": like_fixmystreet(endpoint, key, picture),
                }  # fmt: skip
    json.dump(found, sys.stdout, indent=1)
    print()
    return 1 if any("failed" in one for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
