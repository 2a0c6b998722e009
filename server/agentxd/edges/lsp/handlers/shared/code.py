"""Where in the code a request points."""

from msgspec import Struct

from agentxd.edges.lsp.client import Json, path_of
from agentxd.edges.lsp.code_places import span
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.positions import from_units, split_text
from agentxd.kernel.index import SymbolPlace
from agentxd.sessions.languages import language_of
from agentxd.sessions.pointing import Word
from agentxd.workspace.lines import decode, is_binary


class Text(Struct, frozen=True):
    """A document as the client has it, or a file as it is on disk."""

    path: str
    language: str
    lines: list[str]


class Pointed(Struct, frozen=True):
    """A word in a text, and the definitions that it can mean."""

    text: Text
    line: int
    word: Word
    places: list[SymbolPlace]

    def range(self, encoding: str) -> Json:
        """Where the word stands."""
        line = self.text.lines[self.line]
        return span(self.line, self.word.start, self.word.end, line, encoding)


async def text_of(connection: Connection, params: Json) -> Text | None:
    """The document that a request names; None where there is no such text in the workspace."""
    application, uri = connection.application, params["textDocument"]["uri"]
    path = connection.facts.document(uri) or path_of(application.house.root, uri)
    if path is None:
        return None
    language = language_of(path, connection.facts.language(path))
    for document in application.documents.of(path):
        if document.connection == connection.id:
            return Text(path, language, split_text(document.text))
    content = await application.sight.content(path)
    if content is None or is_binary(content):
        return None
    return Text(path, language, split_text(decode(content)[0]))


async def pointed_at(connection: Connection, params: Json) -> Pointed | None:
    """The word at a position and what it can mean; None where no word of ours is there."""
    position = params["position"]
    number, character = int(position["line"]), int(position["character"])
    searching = connection.application.searching
    text = await text_of(connection, params)
    if text is None or not 0 <= number < len(text.lines) or character < 0:
        return None
    line = text.lines[number]
    column = from_units(line, character, connection.facts.encoding)
    word, places = await searching.definitions(text.path, text.language, number, line, column)
    return Pointed(text, number, word, places) if word is not None else None
