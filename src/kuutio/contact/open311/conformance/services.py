"""Clauses 5, 6: what can be reported, and what it asks."""

from __future__ import annotations

from kuutio.contact.open311.conformance.asking import NOWHERE, Server, must, refused, texts
from kuutio.contact.open311.conformance.statements import says

DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}


@says("5", "services.xml is services > service with the standard's fields.")
def _services_xml(server: Server) -> None:
    root = server.root("services")
    must(root.tag == "services", f"the root is {root.tag}")
    must(len(root) > 0, "there are no services")
    for service in root:
        must(service.tag == "service", f"a part is {service.tag}")
        names = {child.tag for child in service}
        lacking = {"service_code", "service_name", "metadata", "type"} - names
        must(not lacking, f"a service has no {', '.join(sorted(lacking))}")
        must(service.findtext("metadata") in {"true", "false"}, "metadata is neither true nor false")
        must(service.findtext("type") in {"realtime", "batch", "blackbox"}, f"type {service.findtext('type')}")


@says("5", "services.json is a list of objects whose metadata is true or false.")
def _services_json(server: Server) -> None:
    for row in server.services:
        must(isinstance(row, dict), "a service isn't an object")
        must(bool(row.get("service_code")) and bool(row.get("service_name")), "a service has no code or name")
        must(isinstance(row.get("metadata"), bool), f"metadata is {row.get('metadata')!r}")
        must(isinstance(row.get("keywords") or "", str), "keywords aren't a text")


@says("5", "Both formats have the same services.")
def _services_same(server: Server) -> None:
    codes = texts(server.root("services"), "service/service_code")
    must(codes == [str(row.get("service_code")) for row in server.services], "the codes differ")


@says("6", "A definition in XML is service_definition > attributes > attribute.")
def _definition_xml(server: Server) -> None:
    root = server.root(f"services/{server.with_questions}")
    must(root.tag == "service_definition", f"the root is {root.tag}")
    must(root.findtext("service_code") == server.with_questions, "it has no service_code")
    attributes = root.findall("attributes/attribute")
    must(bool(attributes), "it has no attributes/attribute")
    for one in attributes:
        must(one.findtext("datatype") in DATATYPES, f"datatype {one.findtext('datatype')}")
        must(one.findtext("required") in {"true", "false"}, "required is neither true nor false")
        if "valuelist" in (one.findtext("datatype") or ""):
            must(bool(one.findall("values/value/key")), "a list has no values/value/key")


@says("6", "A definition in JSON is an object with a list of attributes, their orders whole and different.")
def _definition_json(server: Server) -> None:
    attributes = server.definition(server.with_questions)["attributes"]
    must(isinstance(attributes, list) and bool(attributes), "attributes isn't a list")
    orders = [int(one["order"]) for one in attributes]
    must(len(set(orders)) == len(orders) and min(orders) > 0, f"the orders are {orders}")
    for one in attributes:
        lacking = {"variable", "code", "datatype", "required", "order", "description"} - set(one)
        must(not lacking, f"an attribute has no {', '.join(sorted(lacking))}")


@says("6", "The definition of an unknown service is a 404.")
def _no_service(server: Server) -> None:
    for form in ("xml", "json"):
        refused(server, server.get(f"services/{NOWHERE}", form), 404)
