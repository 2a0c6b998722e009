"""The four wires as the tests see them, and how one call is made and heard."""

from dataclasses import dataclass

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.messages import Finished, Message, ModelRequest, Text, ToolSpec
from agentxd.plugins.providers.vendors import Endpoint
from agentxd.plugins.providers.worker.host import WorkerHost

ENVIRONMENT = {"ANTHROPIC_API_KEY": "sk-ant-0123456789", "OPENAI_API_KEY": "sk-0123456789abcdef0"}
WIRES = ("anthropic", "responses", "chat", "ollama")
MODELS = {"anthropic": "claude-opus-5-5", "ollama": "qwen3:8b"}
READ = ToolSpec(
    "read",
    "Read a file.",
    {
        "type": "object",
        "properties": {"path": {"type": "string", "description": "Path of the file."}},
        "required": ["path"],
    },
)


def endpoint(wire, url, **changes):
    """An endpoint of the loopback server; nothing is tried twice unless a test wants it."""
    changes = {"retry_s": 0.0, "stall_s": 20.0, **changes}
    is_openai = wire in ("responses", "chat")
    return Endpoint(
        vendor="openai" if is_openai else wire,
        url=f"{url}/v1" if is_openai else url,
        wire=wire if is_openai else "",
        **changes,
    )


def request(wire, *messages, **changes):
    messages = messages or (Message("user", (Text("What does the parser do?"),)),)
    changes = {"system": "You help.", "tools": (READ,), **changes}
    return ModelRequest(model=MODELS.get(wire, "gpt-6-sol"), messages=messages, **changes)


@dataclass
class Heard:
    """What came of a call."""

    deltas: list
    finished: Finished | None = None
    error: ProviderError | None = None


async def hear(host: WorkerHost, where: Endpoint, wanted: ModelRequest) -> Heard:
    heard = Heard([])
    try:
        async for delta in host.stream(where, wanted):
            if isinstance(delta, Finished):
                heard.finished = delta
            else:
                heard.deltas.append(delta)
    except ProviderError as error:
        heard.error = error
    return heard
