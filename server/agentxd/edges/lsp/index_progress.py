"""How the index gets on: window/workDoneProgress, `1,200/2,800 files`, and agentx/index/changed."""

from agentxd.edges.lsp import code_mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.index import IndexStatus

_LEAST_FILES, _LEAST_VECTORS = 50, 500
"""Less than this is done before anybody has read that it began."""
_READING = ("listing", "reading")


def report_index(connection: Connection) -> None:
    """From now on, to whoever shows progress or speaks our own words."""
    connection.at_end(connection.application.searching.listen(_Teller(connection).hear))
    if connection.facts.has_progress:
        reporter = _Reporter(connection)
        connection.at_end(connection.application.searching.listen(reporter.hear))


class _Teller:
    """Tells a client with a status bar of its own, as soon as it asked anything of ours."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._told: tuple[object, ...] = ()

    def hear(self, status: IndexStatus) -> None:
        """The same is not sent twice."""
        counts = (status.n_files, status.n_files_done, status.n_chunks, status.n_vectors)
        news = (status.state, status.message, *counts)
        if self._connection.is_agentx and news != self._told:
            self._told = news
            self._connection.send("agentx/index/changed", code_mapping.status(status))


class _Reporter:
    """Tells one client of one piece of work after the other."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._n_begun = 0
        self._is_shown = False
        self._told = ""

    def hear(self, status: IndexStatus) -> None:
        """Begin, report or end; the same words are not sent twice."""
        done, whole, noun, least = _counted(status)
        if not self._is_shown and whole - done < least:
            return
        if whole <= done:
            self._send({"kind": "end"})
            self._is_shown, self._told = False, ""
            return
        words, percentage = f"{done:,}/{whole:,} {noun}", 100 * done // whole
        if not self._is_shown:
            self._is_shown = True
            self._n_begun += 1
            create = {"token": self._token}
            self._connection.ask_soon("window/workDoneProgress/create", create)
            begin = {"kind": "begin", "title": "AgentX: indexing", "cancellable": False}
            self._send({**begin, "message": words, "percentage": percentage})
        elif words != self._told:
            self._send({"kind": "report", "message": words, "percentage": percentage})
        self._told = words

    @property
    def _token(self) -> str:
        return f"agentx-index-{self._n_begun}"

    def _send(self, value: dict[str, object]) -> None:
        self._connection.send("$/progress", {"token": self._token, "value": value})


def _counted(status: IndexStatus) -> tuple[int, int, str, int]:
    """What is done of what, and how much of it is worth telling; nothing at rest."""
    if status.state in _READING:
        return status.n_files_done, status.n_files, "files", _LEAST_FILES
    if status.state == "embedding":
        return status.n_vectors, status.n_chunks, "vectors", _LEAST_VECTORS
    return 0, 0, "", 1
