"""The one base of every wire type: camelCase on the wire, snake_case here."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Wire(BaseModel):
    """Base of every type on the wire."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        frozen=True,
        defer_build=True,
        json_schema_serialization_defaults_required=True,
    )


class Empty(Wire):
    """Nothing to say."""
