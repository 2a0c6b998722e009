"""The vendors whose models can be talked to: where their adapters and their keys are."""

from msgspec import Struct

from agentxd.plugins.providers.registry import Row


class Vendor(Struct, frozen=True):
    """One vendor, or one wire that many servers speak."""

    name: str
    adapter: str
    """module:Class, imported in the worker and nowhere else."""
    key_variables: tuple[str, ...] = ()
    """Environment variables that hold the key, the first that is set wins."""
    url_variable: str = ""
    """Environment variable with the address of the server."""
    default_url: str = ""
    is_key_needed: bool = True
    """Not so for a server of one's own."""
    models: tuple[Row, ...] = ()
    """What is known of its models, as in models.json; the built-in ones are described there."""


_HERE = "agentxd.plugins.providers"
ANTHROPIC = Vendor(
    "anthropic",
    f"{_HERE}.anthropic_api:AnthropicAdapter",
    ("ANTHROPIC_API_KEY",),
    "ANTHROPIC_BASE_URL",
    "https://api.anthropic.com",
)
OPENAI = Vendor(
    "openai",
    f"{_HERE}.openai_api:OpenaiAdapter",
    ("OPENAI_API_KEY",),
    "OPENAI_BASE_URL",
    "https://api.openai.com/v1",
)
OLLAMA = Vendor(
    "ollama",
    f"{_HERE}.ollama_api:OllamaAdapter",
    ("OLLAMA_API_KEY",),
    "OLLAMA_HOST",
    "http://127.0.0.1:11434",
    is_key_needed=False,
)
VENDORS = {vendor.name: vendor for vendor in (ANTHROPIC, OPENAI, OLLAMA)}
"""The built-in ones by name, in the order in which one is chosen where nobody chose.

They are entry points like everybody's (see pyproject.toml and `installed`); that nobody can take
their names over is why they are known without reading any.
"""


class Endpoint(Struct, frozen=True, kw_only=True):
    """Which server to talk to, and how; equal ones share connections."""

    vendor: str
    url: str = ""
    """Base URL; empty for the environment's, else the vendor's own."""
    wire: str = ""
    """responses or chat (openai only); empty for what fits the URL."""
    effort: str = ""
    """How much to think where a request does not say it."""
    context_tokens: int = 0
    """Context window to ask for (ollama only); 0 for the registry's."""
    stall_s: float = 180.0
    """Seconds without a byte after which a stream has stalled."""
    retry_s: float = 60.0
    """Seconds that may be spent on waiting between attempts of one call."""
