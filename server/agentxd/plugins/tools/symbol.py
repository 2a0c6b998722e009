"""Tool `symbol`: where a name is defined, with its documentation and code."""

from collections.abc import Mapping, Sequence
from typing import Any

from agentxd.kernel.errors import IndexUnavailableError
from agentxd.kernel.index import SymbolPlace, SymbolQuery
from agentxd.kernel.index_ports import CodeIndex
from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.plugins.tools.looking import OFF, Copy, Shown, cut, numbered, unknown_changes

_MAX_PLACES = 20
_MAX_BODY_LINES = 60
_MAX_DOC_CHARS = 300


class SymbolTool:
    """Asks the index for definitions, and shows them as the copy has them."""

    spec = ToolSpec(
        name="symbol",
        description=(
            "Where a function, class or other name is defined; the code where it is only one. "
            "Without such a name: similar ones."
        ),
        schema={
            "type": "object",
            "properties": {"name": {"type": "string"}, "near": {"type": "string"}},
            "required": ["name"],
            "additionalProperties": False,
        },
    )

    def __init__(self, index: CodeIndex) -> None:
        self._index = index

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """The definition with its lines, or a list of several."""
        container, _, name = arguments["name"].strip().replace("::", ".").rpartition(".")
        near = arguments.get("near", "").removeprefix("./")
        try:
            places = await self._places(container, name, near)
        except IndexUnavailableError:
            return Observation(call_id, OFF, is_error=True)
        copy = Copy(context)
        found = [(place, await _look(place, copy)) for place in places]
        there = [(place, shown) for place, shown in found if shown.line >= 0]
        if len(there) == 1:
            lines = await _whole(*there[0], copy)
        else:
            lines = [_brief(place, shown) for place, shown in there]
        notes = await unknown_changes(context)
        return Observation(call_id, "\n".join([*(lines or [f"No definition of {name}."]), *notes]))

    async def _places(self, container: str, name: str, near: str) -> Sequence[SymbolPlace]:
        """Exact ones of that container, exact ones, similar ones: the first that there are."""
        exact = await self._index.symbols(SymbolQuery(name, _MAX_PLACES, is_exact=True, near=near))
        last = container.rpartition(".")[2]
        inside = [one for one in exact if last and one.symbol.container.split(".")[-1] == last]
        similar = SymbolQuery(name, _MAX_PLACES, near=near)
        return inside or exact or await self._index.symbols(similar)


async def _look(place: SymbolPlace, copy: Copy) -> Shown:
    return await copy.find(place.path, place.symbol.line, [place.text])


async def _whole(place: SymbolPlace, shown: Shown, copy: Copy) -> list[str]:
    """The definition's lines; of a long one the first."""
    symbol, moved = place.symbol, shown.line - place.symbol.line
    first, last = max(0, symbol.start_line + moved), symbol.end_line + moved
    all_lines = await copy.clean(place.path)
    lines = tuple(all_lines[first : min(last, first + _MAX_BODY_LINES)])
    words = [_brief(place, shown), *numbered(Shown(first, lines))]
    n_more = min(last, len(all_lines)) - first - len(lines)
    return [*words, f"({n_more} more lines)"] if n_more > 0 else words


def _brief(place: SymbolPlace, shown: Shown) -> str:
    symbol, moved = place.symbol, shown.line - place.symbol.line
    name = ".".join(filter(None, (symbol.container, symbol.name)))
    first, last = max(0, symbol.start_line + moved) + 1, symbol.end_line + moved
    doc = " ".join(symbol.doc.split())[:_MAX_DOC_CHARS]
    about = "".join(f"\n        {cut(text)}" for text in (symbol.signature, doc) if text)
    return f"{place.path}:{first}-{last}  {symbol.kind.value} {name}{about}"
