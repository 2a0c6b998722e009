"""initialize, initialized, shutdown, exit."""

from typing import Any

from agentxd_protocol import PROTOCOL_VERSION

from agentxd.edges.lsp.commands_table import COMMANDS
from agentxd.edges.lsp.connection import Connection, Handler
from agentxd.edges.lsp.publishing import publish_all

Json = dict[str, Any]
SCHEME = "agentx-proposal"


async def initialize(connection: Connection, params: Json) -> Json:
    """Learn what the client can, and tell what we can."""
    application = connection.application
    connection.facts.learn(params, application.house.root)
    if connection.facts.has_apply_edit:
        application.sight.attach(connection)
    capabilities: Json = {
        "positionEncoding": connection.facts.encoding,
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "codeLensProvider": {"resolveProvider": False},
        "codeActionProvider": {"codeActionKinds": ["quickfix", "agentx.accept", "agentx.reject"]},
        "executeCommandProvider": {"commands": list(COMMANDS), "workDoneProgress": True},
        "experimental": {"agentx": {"protocolVersion": PROTOCOL_VERSION}},
    }
    if connection.facts.has_text_content:
        capabilities["workspace"] = {"textDocumentContent": {"schemes": [SCHEME]}}
    info = {"name": "agentxd", "version": application.house.version}
    return {"capabilities": capabilities, "serverInfo": info}


async def initialized(connection: Connection, params: Json) -> None:
    """The client is ready: show what waits for it."""
    del params
    publish_all(connection)


async def shutdown(connection: Connection, params: Json) -> None:
    """Only `exit` comes after this."""
    del params
    connection.shut_down()


async def exit_connection(connection: Connection, params: Json) -> None:
    """The client leaves; the daemon stays for the others."""
    del params
    connection.leave()


async def cancel_progress(connection: Connection, params: Json) -> None:
    """The person pressed cancel on a progress."""
    task = connection.progress.get(str(params["token"]))
    if task is not None:
        await connection.application.goals.cancel(task)


async def nothing(connection: Connection, params: Json) -> None:
    """Known and of no consequence."""
    del connection, params


HANDLERS: dict[str, Handler] = {
    "initialize": initialize,
    "initialized": initialized,
    "shutdown": shutdown,
    "exit": exit_connection,
    "window/workDoneProgress/cancel": cancel_progress,
    "$/setTrace": nothing,
    "workspace/didChangeConfiguration": nothing,
    "workspace/didChangeWatchedFiles": nothing,
}
