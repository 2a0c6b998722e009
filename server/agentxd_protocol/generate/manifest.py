"""The settings in the manifest of the VS Code extension; the rest of that file is by hand."""

import json
from inspect import cleandoc
from pathlib import Path

from agentxd_protocol.base import Wire
from agentxd_protocol.generate.schema import Json, UnknownKeywordError
from agentxd_protocol.setting import ADDED_UP, AT_MOST, CHOICES, ONLY_OFF, USER_ONLY, Settings

PATH = "vscode-extension/package.json"
TITLE = "AgentX: the daemon"
_NOTE = {
    "user": "Only you can set it, never a repository.",
    "more": "A repository can add to it.",
    "off": "A repository can switch it off.",
    "less": "A repository can lower it.",
}


def manifest(root: Path) -> dict[str, str]:
    """The file with its section of generated settings; nothing where there is no such file."""
    file = root / PATH
    if not file.exists():
        return {}
    whole = json.loads(file.read_text())
    contributed = whole.setdefault("contributes", {})
    own = contributed.get("configuration", [])
    sections = own if isinstance(own, list) else [own]
    kept = [section for section in sections if section.get("title") != TITLE]
    contributed["configuration"] = [*kept, section_of(Settings)]
    return {PATH: json.dumps(whole, indent=2, ensure_ascii=False) + "\n"}


def section_of(settings: type[Wire]) -> Json:
    """Every setting as VS Code's settings editor wants it."""
    schema = settings.model_json_schema(by_alias=True)
    by_alias = {field.alias or name: name for name, field in settings.model_fields.items()}
    fields = {
        f"agentx.{alias}": _field(by_alias[alias], node)
        for alias, node in schema["properties"].items()
    }
    return {"title": TITLE, "properties": fields}


def _field(name: str, node: Json) -> Json:
    is_whole = node["type"] == "integer"
    least = {"minimum": 1} if name in AT_MOST else {"minimum": 0} if is_whole else {}
    words = CHOICES.get(name)
    default = Settings.model_fields[name].default
    enum = {"enum": list(dict.fromkeys([default, *words]))} if words else {}
    return {
        **_type(node),
        **enum,
        **least,
        "default": default,
        "scope": "machine" if name in USER_ONLY else "resource",
        "markdownDescription": " ".join(filter(None, [_prose(node), _who(name)])),
    }


def _type(node: Json) -> Json:
    """A node of the schema without words. Raises UnknownKeywordError."""
    kind = node.get("type")
    if kind == "array":
        return {"type": kind, "items": _type(node["items"])}
    if kind == "object":
        return {"type": kind, "additionalProperties": _type(node["additionalProperties"])}
    if kind not in ("string", "integer", "number", "boolean"):
        raise UnknownKeywordError(str(node))
    return {"type": kind}


def _prose(node: Json) -> str:
    return " ".join(cleandoc(node.get("description", "")).split())


def _who(name: str) -> str:
    places = {"user": USER_ONLY, "more": ADDED_UP, "off": ONLY_OFF, "less": AT_MOST}
    return next((_NOTE[kind] for kind, names in places.items() if name in names), "")
