"""A catalogue as CKAN's harvester for DCAT understands it: `python bench/peers/ckanext_dcat.py URL [--profile 2.1.1]`.

Makes an environment of its own with CKAN and ckanext-dcat on first use (in `var/peers/ckanext-dcat`, or under
`KUUTIO_PEERS`; half a minute), lets the harvester's own parser walk the catalogue by its links, and prints one JSON object
on stdout: data sets, resources, pages, seconds, names met twice, and how many the catalogue said it has. Needs a running
Kuutio, no running CKAN.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("KUUTIO_PEERS") or ROOT / "var" / "peers") / "ckanext-dcat"
PACKAGES = ("ckan[requirements]==2.12.0", "ckanext-dcat==2.4.4")

#: Run by the peer's Python: documents in, CKAN's packages out, as one JSON object.
READER = """
import json, sys
from ckan.common import config
config.update({"ckan.site_url": "http://peer", "ckanext.dcat.base_uri": "http://peer", "ckan.plugins": "", "ckan.locale_default": "en"})
from ckanext.dcat.processors import HYDRA, RDFParser
pages = []
for path in sys.argv[1:]:
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(open(path, encoding="utf-8").read(), _format={"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}[path.rsplit(".", 1)[1]])
    total = [int(one) for one in parser.g.objects(None, HYDRA.totalItems)]
    pages.append({"next": parser.next_page(), "total": total, "datasets": list(parser.datasets())})
json.dump(pages, sys.stdout, default=str)
"""


def python() -> Path:
    """The peer's Python, with its packages; made on first use."""
    made = HOME / "bin" / "python"
    if not made.exists():
        print(f"making {HOME}", file=sys.stderr)
        venv.create(HOME, with_pip=True)
        try:
            subprocess.run([made, "-m", "pip", "install", "--quiet", *PACKAGES], check=True, stdout=sys.stderr)
        except subprocess.CalledProcessError:
            made.unlink()
            raise
    return made


def read(paths: list[Path], peer: Path) -> list[dict]:
    """What the parser makes of each document: the next page's address, the total, the packages."""
    done = subprocess.run([peer, "-c", READER, *paths], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


def main() -> int:
    """Walk a running catalogue and tell what was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="such as http://localhost:8000")
    parser.add_argument("--suffix", default="rdf", choices=["rdf", "ttl", "jsonld"])
    parser.add_argument("--profile", default="3.0.1")
    options = parser.parse_args()
    peer, begun = python(), time.perf_counter()
    address: str | None = f"{options.url.rstrip('/')}/catalog.{options.suffix}?profile={options.profile}"
    names, resources, pages, totals, fetching = [], 0, 0, set(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        while address:
            asked = time.perf_counter()
            with urllib.request.urlopen(address, timeout=60) as answer:
                document = answer.read()
            fetching += time.perf_counter() - asked
            path = Path(folder) / f"page.{options.suffix}"
            path.write_bytes(document)
            (page,) = read([path], peer)
            address, pages = page["next"], pages + 1
            totals.update(page["total"])
            names += [one for package in page["datasets"] for one in _uris(package)]
            resources += sum(len(package["resources"]) for package in page["datasets"])
    told = {
        "datasets": len(set(names)),
        "twice": len(names) - len(set(names)),
        "said": sorted(totals),
        "resources": resources,
        "pages": pages,
        "fetching_s": round(fetching, 2),
        "whole_s": round(time.perf_counter() - begun, 2),
    }
    print(json.dumps(told, indent=1))
    return 0 if told["twice"] == 0 and totals == {told["datasets"]} else 1


def _uris(package: dict) -> list[str]:
    return [extra["value"] for extra in package["extras"] if extra["key"] == "uri"]


if __name__ == "__main__":
    sys.exit(main())
