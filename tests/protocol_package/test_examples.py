"""Every wire type has an example that Python and the JSON Schema both take."""

import json
from pathlib import Path
from typing import Any

import agentxd_protocol
import jsonschema
import pytest
from agentxd_protocol import (
    approval,
    base,
    daemon,
    errors,
    event,
    index,
    inspection,
    model,
    proposal,
    review,
    search,
    session,
    setting,
    task,
    usage,
)
from agentxd_protocol.base import Wire
from agentxd_protocol.generate.schema import definitions, whole

EXAMPLES = Path(agentxd_protocol.__file__).parent / "examples"
PAGE = Path(__file__).parents[2] / "docs/reference/protocol.schema.json"
MODULES = (
    approval, base, daemon, errors, event, index, inspection, model, proposal, review, search,
    session, setting, task, usage,
)  # fmt: skip
TYPES: dict[str, type[Wire]] = {
    name: value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, Wire) and value is not Wire
}


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def test_every_type_has_an_example_and_is_on_the_wire() -> None:
    found = {path.stem for path in EXAMPLES.glob("*.json")}
    assert found == set(definitions())
    assert found == set(TYPES)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_python_takes_the_example_and_gives_it_back(name: str) -> None:
    data = example(name)
    value = TYPES[name].model_validate(data)
    assert value.model_dump(by_alias=True, exclude_unset=True) == data


def published() -> Any:
    return json.loads(PAGE.read_text())


def test_the_published_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(published())


@pytest.mark.parametrize("name", sorted(TYPES))
def test_the_published_schema_takes_the_example(name: str) -> None:
    schema = {"$ref": f"#/$defs/{name}", "$defs": published()["$defs"]}
    jsonschema.Draft202012Validator(schema).validate(example(name))


@pytest.mark.parametrize("name", sorted(name for name in TYPES if name.endswith("Result")))
def test_what_the_server_sends_lacks_no_field(name: str) -> None:
    node = definitions()[name]
    assert set(node.get("required", ())) == set(node.get("properties", {}))


BAD = {
    "an unknown state": ("Hunk", {"state": "finished"}),
    "a number for a text": ("Task", {"id": 1}),
    "a missing field": ("RunGoalParams", {"goal": None}),
    "a null list": ("DecideHunksParams", {"ids": None}),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_the_schema_refuses(case: tuple[str, dict[str, Any]]) -> None:
    name, change = case
    schema = whole()
    check = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
    with pytest.raises(jsonschema.ValidationError):
        check.validate({**example(name), **change})
