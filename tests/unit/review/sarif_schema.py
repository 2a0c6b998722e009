"""JSON Schema of the part of SARIF 2.1.0 that we write, after section 3 of the standard."""

from typing import Any


def _object(needed: str = "", **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": needed.split(),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any], **also: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **also}


TEXT = {"type": "string"}
FILLED = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 0}
FROM_ONE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
URI = {"type": "string", "pattern": r"^[A-Za-z0-9._~/%-]*$", "not": {"pattern": "%(?![0-9A-F]{2})"}}
MESSAGE = _object("text", text=FILLED)
MULTIFORMAT = _object("text", text=FILLED, markdown=TEXT)
BAG = {"type": "object"}
ARTIFACT = _object("uri", uri=URI, uriBaseId={"enum": ["SRCROOT"]})
REGION = _object(
    "startLine", startLine=FROM_ONE, endLine=FROM_ONE, startColumn=FROM_ONE, endColumn=FROM_ONE
)
PLACE = _object("artifactLocation", artifactLocation=ARTIFACT, region=REGION)
LOCATION = _object(physicalLocation=PLACE, id=COUNT, message=MESSAGE)
RULE = _object(
    "id",
    id=TEXT,
    shortDescription=MULTIFORMAT,
    fullDescription=MULTIFORMAT,
    help=MULTIFORMAT,
    defaultConfiguration=_object(level=LEVEL, enabled={"type": "boolean"}),
)
NOTIFICATION = _object(
    "message",
    level=LEVEL,
    message=MESSAGE,
    descriptor=_object("id", id=FILLED),
    locations=_list(LOCATION),
)
FIX = _object(
    "artifactChanges",
    description=MESSAGE,
    artifactChanges=_list(
        _object(
            "artifactLocation replacements",
            artifactLocation=ARTIFACT,
            replacements=_list(
                _object(
                    "deletedRegion",
                    deletedRegion=REGION,
                    insertedContent=_object("text", text=TEXT),
                ),
                minItems=1,
            ),
        ),
        minItems=1,
    ),
)
RESULT = _object(
    "message ruleId ruleIndex level locations",
    ruleId=TEXT,
    ruleIndex=COUNT,
    level=LEVEL,
    message=MESSAGE,
    locations=_list(LOCATION),
    relatedLocations=_list(LOCATION, uniqueItems=True),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    suppressions=_list(BAG, maxItems=0),
    fixes=_list(FIX, uniqueItems=True),
    properties=BAG,
)
DRIVER = _object(
    "name rules", name=FILLED, semanticVersion=FILLED, rules=_list(RULE, uniqueItems=True)
)
RUN = _object(
    "tool results columnKind invocations",
    tool=_object("driver", driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={"type": "object", "additionalProperties": _object(description=MESSAGE)},
    invocations=_list(
        _object(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=_list(NOTIFICATION),
        )
    ),
    results=_list(RESULT),
    properties=BAG,
)
LOG = _object(
    "version runs", **{"$schema": FILLED, "version": {"enum": ["2.1.0"]}, "runs": _list(RUN)}
)
