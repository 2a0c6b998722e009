"""How a provider of models is at this moment, as `models` and `doctor` tell it."""

from msgspec import Struct

from agentxd.kernel.models import Model


class ProviderReport(Struct, frozen=True, kw_only=True):
    """One provider, asked a moment ago."""

    name: str
    is_reachable: bool = False
    is_set_up: bool = False
    """There is a key or an address for it; one that is not set up was not asked for."""
    is_chosen: bool = False
    """A goal that names no provider goes there."""
    url: str = ""
    about: str = ""
    """What it is, for one that has no address."""
    key_source: str = ""
    """Where its key comes from: a variable, a file, the keyring; never the key."""
    reason: str = ""
    """Why it cannot be reached."""
    next_step: str = ""
    variables: tuple[str, ...] = ()
    """Names of the environment variables that it looks at."""
    variables_set: tuple[str, ...] = ()
    """Those of them that the daemon has; never what is in them."""
    models: tuple[Model, ...] = ()
    """What it offers now; what is known of its models where it cannot be reached."""
