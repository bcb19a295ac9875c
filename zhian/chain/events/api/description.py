"""`/epcis/openapi.json`: what this repository answers, as OpenAPI 3.0, out of its own tables."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from zhian.chain.events.api.answers import endpoint, json_answer
from zhian.chain.events.engine.grammar import parameters
from zhian.chain.events.engine.grammar.formats import EpcFormat
from zhian.chain.events.engine.grammar.reading import MOST_EVENTS, MOST_PER_PAGE

_TIMES = ("Time", "_time")
_NUMBERS = ("_quantity", "_percRank")
_PROBLEMS = (400, 401, 403, 404, 406, 409, 413, 414, 415, 501)
_STRING: dict[str, Any] = {"type": "string"}
_BODIES = {
    "queries": {
        "type": "object",
        "required": ["name", "query"],
        "properties": {"name": {"type": "string", "minLength": 1}, "query": {"type": "object"}},
    },
    "subscriptions": {
        "type": "object",
        "required": ["dest"],
        "properties": {
            "dest": _STRING,
            "signatureToken": _STRING,
            "stream": {"type": "boolean"},
            "reportIfEmpty": {"type": "boolean"},
            "initialRecordTime": {"type": "string", "format": "date-time"},
            "schedule": {"type": "object"},
        },
    },
}
# address → (methods, whether it answers with events)
_ADDRESSES: dict[str, tuple[tuple[str, ...], bool]] = {
    "/": (("get",), False),
    "/events": (("get",), True),
    "/events/{eventID}": (("get",), True),
    "/queries": (("get", "post"), False),
    "/queries/{queryName}": (("get", "delete"), False),
    "/queries/{queryName}/events": (("get",), True),
    "/queries/{queryName}/subscriptions": (("get", "post"), False),
    "/queries/{queryName}/subscriptions/{subscriptionID}": (("get", "delete"), False),
    "/nextPageToken/{token}": (("delete",), False),
    "/deliveries": (("get",), False),
    "/deliveries/{deliveryID}": (("post", "delete"), False),
}
_RESOURCES = {
    "eventTypes": "eventType",
    "epcs": "epc",
    "bizSteps": "bizStep",
    "bizLocations": "bizLocation",
    "readPoints": "readPoint",
    "dispositions": "disposition",
}
_LISTS = {"/queries", "/queries/{queryName}/subscriptions", "/deliveries"}


def addresses() -> dict[str, tuple[tuple[str, ...], bool]]:
    """Every address of the query interface."""
    found = dict(_ADDRESSES)
    for resource, name in _RESOURCES.items():
        found[f"/{resource}"] = (("get",), False)
        found[f"/{resource}/{{{name}}}"] = (("get",), False)
        found[f"/{resource}/{{{name}}}/events"] = (("get",), True)
    return found


def description() -> dict[str, Any]:
    """The interface as OpenAPI."""
    paths = {
        path: {method: _operation(path, method, events) for method in (*methods, "options")}
        for path, (methods, events) in addresses().items()
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "zhian EPCIS 2.0", "version": "2.0.0"},
        "servers": [{"url": "/epcis"}],
        "security": [{"bearer": []}],
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    }


def _operation(path: str, method: str, events: bool) -> dict[str, Any]:
    told = _in_path(path)
    if method == "get":
        told += _in_query(path, events)
    found: dict[str, Any] = {
        "operationId": f"{method} {path}",
        "parameters": told,
        "responses": _responses(path, method, events),
    }
    if method == "post" and path.rsplit("/", maxsplit=1)[-1] in _BODIES:
        body = _BODIES[path.rsplit("/", maxsplit=1)[-1]]
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}},
        }
    return found


def _in_path(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    schema = {"type": "string", "minLength": 1}
    return [{"name": n, "in": "path", "required": True, "schema": schema} for n in names]


def _in_query(path: str, events: bool) -> list[dict[str, Any]]:
    listed = path in _LISTS or path.strip("/") in _RESOURCES
    if not (events or listed) or path == "/events/{eventID}":
        return []
    found = [
        _query("perPage", {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE}),
        _query("nextPageToken", _STRING),
    ]
    if events:
        found += [_query(name, schema_of(name)) for name in parameters.FIXED]
        found += [
            _query("orderBy", _STRING),
            _query("orderDirection", {"type": "string", "enum": ["ASC", "DESC"]}),
            *(
                _query(name, {"type": "integer", "minimum": 1, "maximum": MOST_EVENTS})
                for name in ("eventCountLimit", "maxEventCount")
            ),
        ]
        formats = {"type": "string", "enum": [form.value for form in EpcFormat]}
        found.append({"name": "GS1-EPC-Format", "in": "header", "schema": formats})
    return found


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    shape = {"style": "pipeDelimited", "explode": False} if schema["type"] == "array" else {}
    return {"name": name, "in": "query", "schema": schema, **shape}


def schema_of(name: str) -> dict[str, Any]:
    """The values of a parameter with a fixed name."""
    if name.startswith("EXISTS_") or name == "EQ_booleanValue":
        return {"type": "boolean"}
    single = not name.startswith(("EQ_", "MATCH_", "WD_")) and name != "eventType"
    if single and name.endswith(_TIMES):
        return {"type": "string", "format": "date-time"}
    if name.endswith(_NUMBERS):
        number = {"type": "number"}
        return number if single else {"type": "array", "items": number, "minItems": 1}
    return {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}


def _responses(path: str, method: str, events: bool) -> dict[str, Any]:
    problem = {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {"type": {"type": "string", "pattern": "^epcisException:"}},
    }
    found: dict[str, Any] = {
        str(status): {
            "description": "problem",
            "content": {"application/problem+json": {"schema": problem}},
        }
        for status in _PROBLEMS
    }
    if method in ("options", "delete"):
        return {**found, "204": {"description": "done"}}
    good = {"post": "202" if "deliver" in path else "201"}.get(method, "200")
    kinds = ("application/json", "application/ld+json") if events else ("application/json",)
    shape = {"type": "object"} if events else {}
    content = {kind: {"schema": shape} for kind in kinds}
    return {**found, good: {"description": "answer", "content": content}}


@endpoint("GET")
def openapi(request: HttpRequest) -> HttpResponse:
    """The description itself."""
    return json_answer(description())
