"""JSON Schemas as every client takes them: plain objects without `$ref`, and each part with one type."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

Schema = dict[str, Any]
NAMES = {str: "string", int: "integer", bool: "boolean"}


def of_arguments(arguments: type[msgspec.Struct]) -> Schema:
    """The schema of a tool's arguments, which msgspec writes with references and with enums that have no type."""
    schema = msgspec.json.schema(arguments)
    return plain({"$ref": schema["$ref"]}, schema["$defs"])


def plain(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    if "$ref" in schema:
        meant = definitions[schema["$ref"].rpartition("/")[2]]
        return plain(meant | {key: value for key, value in schema.items() if key != "$ref"}, definitions)
    flat = {key: value for key, value in schema.items() if key != "title" and (key != "required" or value)}
    if "enum" in flat:
        flat = {"type": "string"} | flat
    if "properties" in flat:
        flat["properties"] = {name: plain(inner, definitions) for name, inner in flat["properties"].items()}
    if "items" in flat:
        flat["items"] = plain(flat["items"], definitions)
    return flat


def of_answer(parts: Mapping[str, Any], *, required: Sequence[str]) -> Schema:
    """The schema of an answer, from its parts by name: a type, a list of one, or the parts of an object."""
    return described(parts) | {"required": list(required)}


def described(part: Any) -> Schema:
    if isinstance(part, list):
        return {"type": "array", "items": described(part[0])}
    if isinstance(part, Mapping):
        return {"type": "object", "properties": {name: described(inner) for name, inner in part.items()}}
    return {"type": NAMES[part]}
