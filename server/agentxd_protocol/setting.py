"""Settings: what users set, with defaults; the one place where they are written down."""

from typing import Any

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import SettingScope


class Settings(Wire):
    """All settings, with their defaults.

    Files: `~/.agent/settings.json`, then `.agent/settings.json`, then
    `.agent/settings.local.json` of the workspace; later ones win.
    """

    provider: str = ""
    """Provider of a goal that names none: anthropic, openai, ollama, mechanic.

    Empty for the first of these whose key or address is in the environment or among the keys,
    else the mechanic.
    """
    model: str = ""
    """Model of the provider; empty for the provider's first.

    Where `provider` is empty, `provider/model` names both.
    """
    model_chains: dict[str, list[str]] = {}
    """Role to the models that may do its work, as provider/model, the first first.

    `default` stands for every role; a goal that names its provider or model uses that alone.
    """
    model_routing: str = "order"
    """order: the first of the chain that works; score: by need, price, success and waiting."""
    provider_effort: str = ""
    """How much a model thinks: none, low, medium or high; empty for its own measure."""
    provider_anthropic_url: str = ""
    """Base URL of Anthropic's API, or of a server that speaks it."""
    provider_openai_url: str = ""
    """Base URL of OpenAI's API, or of a server that speaks it: vLLM, llama.cpp, LM Studio."""
    provider_openai_wire: str = ""
    """responses or chat; empty for what fits the URL."""
    provider_ollama_url: str = ""
    """Address of Ollama."""
    provider_ollama_context: int = 0
    """Context window to ask Ollama for, in tokens; 0 for 32,768."""
    provider_urls: dict[str, str] = {}
    """Addresses of installed third parties' providers, by their names."""
    provider_stall_seconds: int = 180
    """A model that sends nothing for so long has stalled."""
    provider_retry_seconds: int = 60
    """Time that one model call may spend on waiting for another attempt."""
    sandbox: str = ""
    """docker, bubblewrap or process; empty for the strongest that is there."""
    sandbox_image: str = ""
    """Container image for Docker; empty for the built-in one."""
    allow_unsafe_sandbox: bool = False
    """Let agents work in a plain copy without isolation."""
    check_commands: list[str] = []
    """Commands that must pass; empty for what the toolchain of the project names."""
    idle_exit_seconds: int = 600
    """The daemon leaves after so long without client and task; 0 never."""
    approval_timeout_seconds: int = 120
    """A question that nobody answers is denied after this."""
    permission_allow: list[str] = []
    """Rules that answer without asking: `tool` or `tool(pattern)`."""
    permission_ask: list[str] = []
    """Rules that ask."""
    permission_deny: list[str] = []
    """Rules that refuse; deny beats ask beats allow."""
    permission_allow_in: dict[str, list[str]] = {}
    """Folder of a workspace to the rules that answer without asking there.

    The answer `always` to a question writes its rule here.
    """
    permission_deny_in: dict[str, list[str]] = {}
    """Folder of a workspace to the rules that refuse there.

    The answer `never` to a question writes its rule here.
    """
    budget_steps: int = 200
    """Model calls of one task."""
    budget_tokens: int = 2_000_000
    """Tokens of one task."""
    budget_cost_micros: int = 5_000_000
    """Millionths of a US dollar of one task."""
    budget_seconds: int = 3_600
    """Seconds of one task."""
    budget_day_cost_micros: int = 50_000_000
    """Millionths of a US dollar that all tasks of the workspace may spend on one day (UTC)."""
    store_quota_mb: int = 2_048
    """Contents kept for proposals and evidence, in MiB."""
    sandbox_memory_mb: int = 2_048
    """Memory of a sandbox, in MiB."""
    sandbox_disk_mb: int = 2_048
    """Disk of a sandbox, in MiB."""
    sandbox_network: bool = False
    """Let sandboxes reach the network."""
    index_enabled: bool = True
    """Keep an index of the workspace's code: search, symbols, references, map."""
    index_embedder: str = "static"
    """What makes vectors for search by meaning.

    static: our own table, offline; minilm: a small model on this machine (extra `minilm`); ollama
    or openai: a server at `index_embedder_url`; none: words and names alone; or a third party's.
    """
    index_embedder_model: str = ""
    """Model of the embedder ollama or openai."""
    index_embedder_url: str = ""
    """Address of the embedder ollama or openai; empty for the vendor's own."""
    index_max_file_bytes: int = 1_000_000
    """Larger files are left out of the index."""
    index_max_bytes: int = 2_000_000_000
    """Size of the index on disk beyond which contents that no file holds any more are let go."""
    index_language_server_off: list[str] = []
    """Languages that another language server serves in your editor; `*` for all.

    For these AgentX answers no definition, references, hover or symbols in editors; search, the
    command line and agents still have them.
    """
    review_on_save: bool = True
    """Review what is not committed whenever a file is saved, and show what is found in editors."""
    review_min_severity: str = "warning"
    """note, warning or error: milder findings are counted, not shown."""
    review_off: list[str] = []
    """Ids of the rules that do not run."""
    review_push_seconds: float = 2.0
    """Time that the rules have before a push; what they did not look at then is told."""
    review_seconds: float = 120.0
    """Time that the rules have elsewhere; 0 for no limit."""
    review_linters: list[str] = ["auto"]
    """Linters of your projects whose findings a review tells, by name; none for none.

    `auto` stands for those that a project uses and that run no code of it: ruff, shellcheck,
    hadolint and actionlint. eslint, rubocop, phpstan and golangci-lint can run code of the
    repository as you; naming one lets it run in every repository that you review.
    """
    review_linter_commands: dict[str, str] = {}
    """Name to a command that prints SARIF, run without a shell; `{files}` in it are the files."""
    review_linter_seconds: float = 60.0
    """Time that linters have in a review."""


USER_ONLY = frozenset(
    {"allow_unsafe_sandbox", "permission_allow", "sandbox_network", "sandbox_image", "sandbox"}
    | {"permission_allow_in", "permission_deny_in"}
    | {"provider_anthropic_url", "provider_openai_url", "provider_ollama_url"}
    | {"model_chains", "model_routing"}
    | {"index_embedder", "index_embedder_model", "index_embedder_url"}
    | {"provider_openai_wire", "provider_urls", "provider_stall_seconds", "provider_retry_seconds"}
    | {"review_linters", "review_linter_commands"}
)
"""A repository is untrusted: its files may tighten the house rules, never loosen these."""


ADDED_UP = frozenset(
    {"index_language_server_off", "permission_ask", "permission_deny", "review_off"}
)
"""Lists that a repository may add to, never take away from."""

ONLY_OFF = frozenset({"index_enabled", "review_on_save"})
"""What a repository may switch off, never on."""

AT_MOST = frozenset(
    {
        "approval_timeout_seconds",
        "budget_cost_micros",
        "budget_day_cost_micros",
        "budget_seconds",
        "budget_steps",
        "budget_tokens",
        "index_max_bytes",
        "index_max_file_bytes",
        "sandbox_disk_mb",
        "sandbox_memory_mb",
        "store_quota_mb",
    }
)
"""Limits that a repository may lower, never raise."""


CHOICES = {
    "model_routing": ("order", "score"),
    "provider_effort": ("none", "low", "medium", "high"),
    "provider_openai_wire": ("responses", "chat"),
    "review_min_severity": ("error", "warning", "note"),
}
"""Settings of a few words; empty is their own default."""


def spelled(key: str) -> tuple[str, str]:
    """The setting that a dotted key means, and the entry of it where the setting is a map.

    `provider.ollama.url` is `provider_ollama_url`; `provider.acme.url` of a third party is the
    entry `acme` of `provider_urls`, and `model.chains.default` is one of `model_chains`.
    """
    plain = key.replace(".", "_")
    if plain in Settings.model_fields or "." not in key:
        return plain, ""
    first, _, rest = key.partition(".")
    if first == "provider" and rest.endswith(".url"):
        return "provider_urls", rest.removesuffix(".url")
    setting, _, member = key.rpartition(".")
    field = Settings.model_fields.get(setting.replace(".", "_"))
    is_map = field is not None and isinstance(field.default, dict)
    return (setting.replace(".", "_"), member) if is_map else (plain, "")


class GetSettingsResult(Wire):
    """Effective settings, and where each that is not a default comes from."""

    settings: Settings
    sources: dict[str, str]
    warnings: list[str] = []
    """What was left out of the files, and why."""
    written: dict[str, dict[str, Any]] = {}
    """Scope to what stands in its file, by the names that `agentx/setting/set` takes."""


class SetSettingParams(Wire):
    """Set one setting of the workspace or of the user."""

    key: str
    value: Any
    """null takes the setting out of that scope's file."""
    scope: SettingScope = "project"
