"""A small check of tool arguments against the JSON Schema that the model was given."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.messages import NO_OBJECT
from agentxd.kernel.plain import NOT_PLAIN, is_plain

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list, tuple),
    "object": (dict,),
    "null": (type(None),),
}


def as_object(arguments: object) -> dict[str, Any]:
    """The arguments as they may be recorded, whatever a provider made of the model's words."""
    if not is_plain(arguments):
        return {NO_OBJECT: NOT_PLAIN}
    return arguments if isinstance(arguments, dict) else {NO_OBJECT: repr(arguments)}


def complaint(arguments: object, schema: Mapping[str, Any]) -> str:
    """What is wrong with the arguments in one sentence, empty where they fit."""
    if isinstance(arguments, dict) and list(arguments) == [NO_OBJECT]:
        return f"arguments are no JSON object: {arguments[NO_OBJECT]}"
    return _complaint("arguments", arguments, schema)


def _complaint(where: str, value: object, schema: Mapping[str, Any]) -> str:
    wanted = schema.get("type")
    if wanted and not _is_of(value, wanted):
        return f"{where} must be {_named(wanted)}, not {type(value).__name__}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{where} must be one of {', '.join(map(str, schema['enum']))}"
    if isinstance(value, dict):
        return _object_complaint(where, value, schema)
    if isinstance(value, list | tuple):
        return _array_complaint(where, value, schema)
    return ""


def _object_complaint(where: str, value: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    properties: Mapping[str, Any] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            return f"{where} lacks `{name}`"
    for name, part in value.items():
        if name not in properties:
            if schema.get("additionalProperties", True) is False:
                known = ", ".join(properties)
                return f"{where} has no `{name}`; it has {known}"
            continue
        if problem := _complaint(f"`{name}`", part, properties[name]):
            return problem
    return ""


def _array_complaint(
    where: str, value: "list[Any] | tuple[Any, ...]", schema: Mapping[str, Any]
) -> str:
    items = schema.get("items")
    if items:
        for index, part in enumerate(value):
            if problem := _complaint(f"{where}[{index}]", part, items):
                return problem
    return ""


def _is_of(value: object, wanted: "str | list[str]") -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names if name in _TYPES)


def _named(wanted: "str | list[str]") -> str:
    return wanted if isinstance(wanted, str) else " or ".join(wanted)
