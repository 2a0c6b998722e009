"""What each field means: the string below it, read from the source.

pydantic can do this at import (`use_attribute_docstrings`), but then every start of the daemon pays
for reading its own source; only the generated pages need it.
"""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from textwrap import dedent

from agentxd_protocol.base import Wire
from agentxd_protocol.methods import METHODS


def describe() -> None:
    """Give every field of every wire type its description."""
    for method in METHODS:
        _ = method.params, method.result  # loaded now, or they would be missed
    for model in _all(Wire):
        for name, meaning in _meanings(model):
            model.model_fields[name].description = meaning
        model.model_rebuild(force=True)


def _all(model: type[Wire]) -> Iterator[type[Wire]]:
    for child in model.__subclasses__():
        yield child
        yield from _all(child)


def _meanings(model: type[Wire]) -> Iterator[tuple[str, str]]:
    body = ast.parse(dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101  # the source of a class is a class
    for field, text in pairwise(body.body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            yield ast.unparse(field.target), inspect.cleandoc(ast.literal_eval(text.value))
