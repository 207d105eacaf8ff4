"""The AsyncAPI document of the WebSocket, made of the kinds of rows and their types, and its frozen copy.

`python -m api.asyncapi` writes `asyncapi.json` anew. A test compares the copy to the code; another judges messages of real
clients and servers by its schemas.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel

from api.access.guard import BEARER, PROTOCOL
from api.closings import CLOSINGS
from api.faults import ProblemDetails
from api.live import DONE, NAMES, OTHERS
from api.messages import MANY, MOST_CHANGES, VERBS
from api.openapi import text_of
from solver import __version__
from solver.domain.settings import Settings
from solver.domain.staff import Staff
from store import KINDS, RULE_NAMES, Kind
from store.pins import Pin
from store.tables import WORKING

FROZEN: Final = Path(__file__).with_name("asyncapi.json")
_COMPONENT: Final = "#/components/schemas/{model}"
_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_MOMENT: Final = {"type": "string", "format": "date-time"}
_POSITION = {"type": "integer", "description": "where it stands: rows are in order of position, then id"}
_FLAG: Final = {"type": "boolean"}
_REQUEST_ID: Final = {"description": "the client's own, as it was sent; null where there was none"}
_ADDED: Final = {
    "restaurant_id": _TEXT,
    "version_id": {"type": "string", "const": WORKING},
    "revision": {
        **_COUNT,
        "description": "of the row's last change; sent back, an update of a row changed since is refused",
    },
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
_DESCRIPTION: Final = """\
One WebSocket for each restaurant. On opening, the server sends `SETTINGS`, or with `?since=REVISION` each change that was
missed. A client's message is carried out, committed and answered with `ACK`, or refused with `ERROR`, in the order of
sending; every accepted change, of whatever client, process or HTTP call, is told to all clients in the order of revisions.
`CHANGES` carries many messages as one revision, all or none. A revision of more than 200 rows is told as `SETTINGS`, which a
client takes in place of all it has. `PREFILLED_UPDATE` fills a cell in whether or not it was free; a cell is named by its
`id`, `STAFF_ID:DATE`, or by `staff_id` and `date`.

Rosters, versions and the restaurant's name are changed by HTTP alone, and told here: `ROSTER_SAVED` and so on, each with a
revision of its own. Their cells and rows are not told; whoever shows them asks for them.
Field names of clients' messages may be in camelCase.

Where the server has keys, the connection needs one: as `Authorization: Bearer toban_…`, or from a browser, which cannot set
that header, among the offered subprotocols, of which the server chooses `toban`. Listening needs the scope `read`, changing
`edit`, deleting for good `admin`; a message the key does not allow is answered with `ERROR`. A connection whose key expires
or is revoked is closed. Pages of other sites are refused in the handshake, with 403. Whoever sends too fast is read more
slowly; whoever does not read is closed, and comes back with `since`.
"""


def describe() -> dict[str, Any]:
    """Build the document."""
    schemas: dict[str, Any] = {}
    for kind in KINDS.values():
        schemas |= _rows(kind)
    schemas["ProblemDetails"] = _hoisted(ProblemDetails, schemas)
    asked = {f"{name}{verb}": _asked(kind, verb) for kind, name in NAMES.items() for verb in VERBS}
    asked[MANY] = _many(list(asked))
    told = {f"{name}_{done}": _told(kind) for kind, name in NAMES.items() for done in dict.fromkeys(DONE.values())}
    told |= {name: _other(name, about) for name, about in OTHERS.items()}
    answers = {"ACK": _ack(), "ERROR": _error()}
    messages = {
        name: {"name": name, "title": name, "payload": _typed(name, payload)}
        for name, payload in {"SETTINGS": _settings(), **told, **answers, **asked}.items()
    }
    channel = {"$ref": "#/channels/restaurant"}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "toban: live settings", "version": __version__, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {
            "restaurant": {
                "address": "/v1/restaurants/{rid}/ws",
                "description": "Closes with " + "; ".join(f"{code}: {why}" for code, why in CLOSINGS.items()),
                "parameters": {"rid": {"description": "the restaurant's id"}},
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"method": "GET", "query": _QUERY, "headers": _HEADERS}},
            }
        },
        "operations": {
            "change": {
                "action": "receive",
                "channel": channel,
                "security": [{"$ref": "#/components/securitySchemes/key"}],
                "summary": "Change a row",
                "messages": _in_channel(asked),
                "reply": {"channel": channel, "messages": _in_channel(answers)},
            },
            "tell": {
                "action": "send",
                "channel": channel,
                "security": [{"$ref": "#/components/securitySchemes/key"}],
                "summary": "Tell everything, then each change",
                "messages": _in_channel({"SETTINGS", *told}),
            },
        },
        "components": {
            "messages": messages,
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


_QUERY: Final = {
    "type": "object",
    "properties": {"since": {**_COUNT, "description": "the revision the client stands at; it is told what it missed"}},
}


_HEADERS: Final = {
    "type": "object",
    "properties": {
        "Authorization": {"type": "string", "examples": ["Bearer toban_…"]},
        "Sec-WebSocket-Protocol": {
            "type": "string",
            "description": f"`{PROTOCOL}`, and `{BEARER}` with the key behind it",
            "examples": [f"{PROTOCOL}, {BEARER}toban_…"],
        },
    },
}


def _in_channel(names: Any) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/restaurant/messages/{name}"} for name in sorted(names)]


def _object(properties: dict[str, Any], required: Any = None, **more: Any) -> dict[str, Any]:
    """Describe an object; every property is required unless told which are."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties if required is None else required),
        **more,
    }


def _refer(name: str) -> dict[str, str]:
    return {"$ref": _COMPONENT.format(model=name)}


def _typed(name: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Have a message say its type."""
    properties = {"type": {"type": "string", "const": name}, **payload["properties"]}
    return {**payload, "properties": properties, "required": ["type", *payload["required"]]}


def _asked(kind: str, verb: str) -> dict[str, Any]:
    ending = {"_CREATE": "New", "_UPDATE": "Changed"}.get(verb)
    payload = _refer(_name(kind) + ending if ending else "NamedCell" if kind == "prefilled" else "Named")
    return _object({"request_id": _REQUEST_ID, "payload": payload}, ["payload"])


def _many(names: list[str]) -> dict[str, Any]:
    """Describe the message of many; what each of them looks like is told by the message of its type."""
    one = _object({"type": {"enum": names}, "payload": {"type": "object"}})
    changes = {"type": "array", "items": one, "maxItems": MOST_CHANGES}
    return _object({"request_id": _REQUEST_ID, "payload": _object({"changes": changes})}, ["payload"])


def _told(kind: str) -> dict[str, Any]:
    more = {"type": "boolean", "description": "whether another message of the same revision follows"}
    return _object({"revision": _COUNT, "more": more, "payload": _refer(_name(kind))})


def _other(name: str, about: str) -> dict[str, Any]:
    """Describe what is told of rosters, versions and names."""
    head: dict[str, Any] = {"id": _TEXT, "revision": _COUNT}
    if name.startswith("ROSTER"):
        day = {"type": "string", "format": "date"}
        published = {"anyOf": [_MOMENT, {"type": "null"}]}
        head |= {"label": _TEXT, "status": {"enum": ["draft", "published"]}, "published_at": published}
        head["period"] = _object({"start": day, "end": day})
    elif name.startswith("VERSION"):
        head |= {"label": _TEXT, "created_at": _MOMENT}
    else:
        head["name"] = _TEXT
    more = {"type": "boolean", "description": "false, as such a revision changes nothing else"}
    return _object({"revision": _COUNT, "more": more, "payload": _object(head)}, description=about)


def _ack() -> dict[str, Any]:
    row = {"anyOf": [_refer(_name(kind) + "Stored") for kind in NAMES]}
    rows = _object({"rows": {"type": "array", "items": row}})
    about = f"the row as it is now; of {MANY} the rows, in the order of the changes"
    payload = {"anyOf": [*row["anyOf"], rows], "description": about}
    return _object({"request_id": _REQUEST_ID, "revision": _COUNT, "payload": payload})


def _error() -> dict[str, Any]:
    return _object({"request_id": _REQUEST_ID, "problem": _refer("ProblemDetails")})


def _settings() -> dict[str, Any]:
    lists: dict[str, Any] = {
        name: {"type": "array", "items": _refer(_name(name) + "Stored")} for name, kind in KINDS.items() if kind.listed
    }
    staff = lists.pop("staff")
    days = {"type": "object", "additionalProperties": {"enum": ["must_day_off", "must_work"]}}
    more = "each rule that was set, under its name; what is missing is the rule's default"
    whole = _object({**lists, "calendar": days}, additionalProperties=True, description=more)
    cells = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _TEXT}}
    return _object({"revision": _COUNT, "settings": whole, "staff": staff, "prefilled": cells})


def _name(kind: str) -> str:
    return NAMES[kind].title().replace("_", "")


def _rows(kind: Kind) -> dict[str, Any]:
    """Describe a kind's row: as it is told, as it is stored, as it is created, and as its fields are changed."""
    found: dict[str, Any] = {}
    if kind.name == "calendar":
        day = {"type": "string", "format": "date"}
        fields = {"id": day, "rule": {"enum": ["must_day_off", "must_work"]}, "is_active": _FLAG}
        whole: dict[str, Any] = {"properties": fields, "required": ["id", "rule"]}
    elif kind.name == "prefilled":
        fields = {"id": {**_TEXT, "description": "STAFF_ID:DATE"}, **_hoisted(Pin, found)["properties"]}
        whole = {"properties": fields, "required": ["staff_id", "date", "symbol"]}
    elif kind.name == "rules":
        value = {"description": "as the settings hold it under this name; null switches the rule off"}
        fields = {"id": {"enum": [*RULE_NAMES]}, "value": value, "is_active": _FLAG}
        whole = {"properties": fields, "required": ["id", "value"]}
    else:
        whole = _hoisted(Staff if kind.name == "staff" else get_args(Settings.model_fields[kind.name].annotation)[0], found)
    fields = {name: whole["properties"][name] for name in kind.fields}
    about = {"description": whole["description"]} if "description" in whole else {}
    needed = [name for name in whole.get("required", ()) if name != "id" or not kind.listed]
    based = {"revision": {**_COUNT, "description": "of the row when it was read; if it changed since, this is refused"}}
    one_id: dict[str, Any] = {"id": _TEXT, "assignmentId": {**_TEXT, "description": "the same, as the old client says it"}}
    name, named = _name(kind.name), {"anyOf": [{"required": ["id"]}, {"required": ["assignmentId"]}]}
    by_cell = kind.name == "prefilled"
    if by_cell:
        one_id = {"id": _TEXT, "staff_id": _TEXT, "date": fields["date"]}
        named = {"anyOf": [{"required": ["id"]}, {"required": ["staff_id", "date"]}]}
    return {
        **found,
        name: _object({**fields, "position": _POSITION, "revision": _ADDED["revision"]}, **about),
        f"{name}Stored": _object({**fields, **_ADDED}, **about),
        f"{name}New": _object(fields, needed, **about),
        f"{name}Changed": _object({**fields, **one_id, **based}, [], **named),
        "NamedCell" if by_cell else "Named": _object({**one_id, **based}, [], **named),
    }


def _hoisted(model: type[BaseModel], schemas: dict[str, Any]) -> dict[str, Any]:
    """Describe a type, and put the types it is made of where its references look for them."""
    schema = model.model_json_schema(ref_template=_COMPONENT)
    schemas |= schema.pop("$defs", {})
    return schema


if __name__ == "__main__":
    FROZEN.write_text(text_of(describe()), encoding="utf-8")
