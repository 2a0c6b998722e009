"""A review in the form that people or other programs read."""

from collections.abc import Callable, Mapping
from importlib import import_module

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.review import Review

Sources = Mapping[str, bytes | None]
"""Contents after the change by path; None, or none at all, where nobody has them."""
FORMATS = ("text", "json", "sarif", "rdjson", "github", "gitlab", "junit", "markdown")


def render(
    format: str,  # noqa: A002  # what the option is called
    review: Review,
    sources: Sources,
    *,
    is_colour: bool = False,
    width: int = 80,
) -> str:
    """The whole report, with a line feed at its end; colour and width (columns) count in text.

    Raises InvalidRequestError for a format that is none. Only the module of the format is loaded.
    """
    if format not in FORMATS:
        message = f"There is no format {format[:40]!r}."
        raise InvalidRequestError(message, f"Take one of {', '.join(FORMATS)}.")
    module = import_module(f"agentxd.review.reports.{format}")
    if format == "text":
        rendered: str = module.render(review, sources, is_colour=is_colour, width=width)
        return rendered
    write: Callable[[Review, Sources], str] = module.render
    return write(review, sources)
