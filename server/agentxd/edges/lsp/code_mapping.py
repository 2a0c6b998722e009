"""Answers of the index as wire types."""

from agentxd_protocol import index as wire
from agentxd_protocol import search

from agentxd.edges.lsp.code_places import units
from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.index import (
    Coverage,
    Filters,
    Hit,
    IndexStatus,
    SymbolKind,
    SymbolPlace,
    Use,
)


def status(found: IndexStatus) -> wire.IndexResult:
    """How the index is."""
    return wire.IndexResult(
        state=found.state,
        message=found.message,
        next_step=found.next_step,
        n_files=found.n_files,
        n_files_done=found.n_files_done,
        n_chunks=found.n_chunks,
        n_symbols=found.n_symbols,
        n_vectors=found.n_vectors,
        embedder=found.embedder,
        next_embedder=found.next_embedder,
        bytes=found.bytes,
        max_bytes=found.max_bytes,
        left_out=found.left_out,
        languages=found.languages,
        worker_pid=found.worker_pid,
    )


def coverage(found: Coverage) -> wire.Coverage:
    """How much an answer could know of."""
    return wire.Coverage(
        state=found.state,
        n_files=found.n_files,
        n_files_done=found.n_files_done,
        n_chunks=found.n_chunks,
        n_vectors=found.n_vectors,
    )


def filters(paths: list[str], languages: list[str], kinds: list[str]) -> Filters:
    """What an answer is limited to. Raises InvalidRequestError."""
    known = {kind.value for kind in SymbolKind}
    if unknown := [kind for kind in kinds if kind not in known]:
        raise InvalidRequestError(
            f"there is no kind {unknown[0]!r}", f"Use one of: {', '.join(sorted(known))}."
        )
    return Filters(tuple(paths), tuple(languages), tuple(map(SymbolKind, kinds)))


def hit(connection: Connection, found: Hit) -> search.SearchHit:
    """A piece of a file."""
    return search.SearchHit(
        path=found.path,
        uri=_uri(connection, found.path),
        start_line=found.start_line,
        end_line=found.end_line,
        language=found.language,
        symbol=found.symbol,
        kind=found.kind,
        container=found.container,
        signature=found.signature,
        snippet=found.snippet,
        snippet_line=found.snippet_line,
        score=found.score,
        found_by=list(found.found_by),
    )


def symbol(connection: Connection, place: SymbolPlace) -> search.SymbolItem:
    """A definition."""
    found = place.symbol
    return search.SymbolItem(
        path=place.path,
        uri=_uri(connection, place.path),
        language=place.language,
        name=found.name,
        kind=found.kind.value,
        container=found.container,
        signature=found.signature,
        doc=found.doc,
        line=found.line,
        column=units(place.text, found.column, connection.facts.encoding),
        start_line=found.start_line,
        end_line=found.end_line,
        text=place.text,
    )


def reference(connection: Connection, use: Use) -> search.ReferenceItem:
    """A use."""
    return search.ReferenceItem(
        path=use.path,
        uri=_uri(connection, use.path),
        line=use.line,
        column=units(use.text, use.column, connection.facts.encoding),
        text=use.text,
        inside=use.inside,
    )


def _uri(connection: Connection, path: str) -> str:
    return connection.facts.uri_of(connection.application.house.root, path)
