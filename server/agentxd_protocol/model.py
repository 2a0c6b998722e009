"""Models and the providers that have them."""

from agentxd_protocol.base import Wire


class ListModelsParams(Wire):
    """Ask every provider what it has, or one."""

    provider: str = ""
    """Empty for all."""


class ModelItem(Wire):
    """One model; prices are US dollars for a million tokens."""

    name: str
    context_tokens: int
    """Prompt and answer together."""
    max_output_tokens: int
    abilities: list[str]
    """tools, thinking, images, cache."""
    is_priced: bool
    """False where nobody knows what it costs; the prices mean nothing then."""
    input_price: float
    output_price: float
    cache_read_price: float
    cache_write_price: float


class ProviderItem(Wire):
    """How one provider is at this moment."""

    name: str
    is_reachable: bool
    is_set_up: bool
    """There is a key or an address for it."""
    is_chosen: bool
    """A goal that names no provider goes there."""
    url: str
    key_source: str
    """Where its key comes from: a variable, a file, the keyring; never the key."""
    reason: str
    """Why it cannot be reached."""
    next_step: str
    models: list[ModelItem]
    """What it offers now; what is known of its models where it cannot be reached."""
    about: str = ""
    """What it is, for one that has no address: the mechanic, the scripted one."""
    variables: list[str] = []
    """Names of the environment variables that it looks at."""
    variables_set: list[str] = []
    """Those of them that the daemon has; never what is in them."""


class ListModelsResult(Wire):
    """The providers in the order in which one is chosen."""

    providers: list[ProviderItem]
