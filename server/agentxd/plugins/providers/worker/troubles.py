"""What can go wrong with a model call, in one clear sentence and a next step."""

import socket
import ssl
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.redaction import redact
from agentxd.plugins.providers.vendors import Vendor
from agentxd.plugins.providers.worker.hiding import without_keys

_MAX_WORDS = 300
_TOO_LONG = (
    "context length",
    "context_length",
    "context window",
    "prompt is too long",
    "maximum context",
    "too many tokens",
    "exceeds the available context",
    "input length",
)
_NOTHING_LEFT = ("insufficient_quota", "current quota", "credit balance", "billing")
_AGAIN = "try again in a moment"


class Place:
    """Whom the call was for; makes the errors, without the key and what else looks like one."""

    def __init__(self, vendor: Vendor, url: str, key: str = "") -> None:
        self.vendor = vendor.name
        self.url = redact(url or vendor.default_url)
        self._key_variables = vendor.key_variables
        self._keys = (key,) if key else ()

    def of_status(
        self,
        status: int,
        model: str,
        words: str,
        *,
        retry_after_s: float | None = None,
        code: str = "",
    ) -> ProviderError:
        """An answer of 400 or more."""
        words = self._short(words)
        kind = _kind(status, words, code)
        message, next_step = self._words(kind, status, model, words, retry_after_s)
        return ProviderError(message, next_step, kind=kind, retry_after_s=retry_after_s)

    def of_network(self, error: BaseException) -> ProviderError | None:
        """No answer at all, or one that broke off; None where it was something else."""
        for cause in _causes(error):
            if found := self._of_cause(cause):
                return found
        if self._is_broken_off(error):
            return ProviderError(
                f"The connection to {self.vendor} broke off in the middle of the answer.",
                _AGAIN,
                kind="network",
            )
        if _named(error, "ConnectError", "APIConnectionError", "ConnectionError", "OSError"):
            return self._unreachable(self._short(str(error)) or type(error).__name__)
        return None

    def _of_cause(self, cause: BaseException) -> ProviderError | None:
        names = {kind.__name__ for kind in type(cause).__mro__}
        if isinstance(cause, ssl.SSLError):
            return self._tls(cause)
        if isinstance(cause, socket.gaierror):
            return self._unreachable("its name is not known", "unreachable")
        if isinstance(cause, ConnectionRefusedError):
            return self._unreachable("nothing listens there", "unreachable")
        if names & {"ConnectTimeout", "PoolTimeout"}:
            return self._unreachable("it does not answer", "timeout")
        return self._stalled() if names & {"ReadTimeout", "WriteTimeout"} else None

    def malformed(self, what: str) -> ProviderError:
        """An answer that is none."""
        return ProviderError(
            f"{self.vendor} answered something that cannot be read: {self._short(what)}",
            f"{_AGAIN}; where it stays, check what stands at {self.url}",
            kind="answer",
        )

    def empty(self, model: str) -> ProviderError:
        """An answer without a word and without a call."""
        return ProviderError(
            f"{model} answered nothing at all.", f"{_AGAIN}, or choose another model", kind="answer"
        )

    def cut_off(self) -> ProviderError:
        """The stream ended before its end was told."""
        return ProviderError(
            f"The answer of {self.vendor} stopped before its end.", _AGAIN, kind="answer"
        )

    def broken(self, error: Exception) -> ProviderError:
        """Anything else."""
        words = self._short(f"{type(error).__name__}: {error}")
        return ProviderError(f"The call of {self.vendor} broke: {words}", _AGAIN)

    # --- words ------------------------------------------------------------------------------

    def _words(
        self, kind: str, status: int, model: str, words: str, retry_after_s: float | None
    ) -> tuple[str, str]:
        vendor = self.vendor
        later = f"try again in {retry_after_s:.0f} s" if retry_after_s else _AGAIN
        told = f": {words}" if words else "."
        table = {
            "key": (f"{vendor} does not take the key ({status}){told}", self._about_the_key()),
            "model": (
                f"{vendor} has no model {model!r} (404){told}",
                f"choose another one (agentxd models {vendor}), or check the address ({self.url})",
            ),
            "limit": (
                f"{vendor} takes no more calls for now (429){told}",
                f"{later}, or lower the number of parallel tasks",
            ),
            "quota": (
                f"The account at {vendor} has nothing left to spend ({status}){told}",
                "top it up, or choose another provider",
            ),
            "overloaded": (
                f"{vendor} is overloaded ({status}){told}",
                f"{later}, or choose another model",
            ),
            "timeout": (f"{vendor} gave up waiting ({status}){told}", later),
            "prompt_too_long": (
                f"The conversation is too long for {model} ({status}){told}",
                "start with a smaller goal, or choose a model with a larger context window",
            ),
            "broken": (f"{vendor} is broken at the moment ({status}){told}", later),
        }
        refused = f"{vendor} does not take the request ({status}){told}"
        return table.get(kind, (refused, "choose another model; please report this where it stays"))

    def _about_the_key(self) -> str:
        other = f"give another one: agentxd key set {self.vendor}"
        if not self._key_variables:
            return other
        return (
            f"{other}; or check {self._key_variables[0]}, and run `agentxd stop` after a change,"
            " so that the daemon starts with it"
        )

    def _unreachable(self, why: str, kind: str = "network") -> ProviderError:
        place = f"agentxd config set provider.{self.vendor}.url URL"
        next_step = f"check the network and the address ({place})"
        if self.vendor == "ollama":
            next_step = f"start it: ollama serve; or set its address: {place}"
        return ProviderError(
            f"{self.vendor} cannot be reached at {self.url}: {why.rstrip('. ')}.",
            next_step,
            kind=kind,
        )

    def _tls(self, error: ssl.SSLError) -> ProviderError:
        why = getattr(error, "verify_message", "") or error.reason or "TLS failed"
        return ProviderError(
            f"The connection to {self.vendor} at {self.url} is not safe: {why}.",
            "check the address, the clock and the proxy; SSL_CERT_FILE names further certificates",
            kind="tls",
        )

    def _stalled(self) -> ProviderError:
        return ProviderError(
            f"{self.vendor} stopped sending in the middle.",
            f"{_AGAIN}, or wait longer: agentxd config set --scope user provider_stall_seconds N",
            kind="timeout",
        )

    def _short(self, words: str) -> str:
        """On one line, without secrets; they go first, so that none is cut in half."""
        line = redact(" ".join(without_keys(words, self._keys).split()))
        return line if len(line) <= _MAX_WORDS else line[: _MAX_WORDS - 1] + "…"

    def _is_broken_off(self, error: BaseException) -> bool:
        names = ("RemoteProtocolError", "ReadError", "WriteError", "ConnectionResetError")
        return any(_named(cause, *names, "BrokenPipeError") for cause in _causes(error))


def _kind(status: int, words: str, code: str) -> str:
    lower = f"{words} {code}".lower()
    if status == 413 or (status in (400, 422) and any(hint in lower for hint in _TOO_LONG)):  # noqa: PLR2004
        return "prompt_too_long"
    if status == 402 or any(hint in lower for hint in _NOTHING_LEFT):  # noqa: PLR2004
        return "quota"
    if status in (500, 501, 502):
        return "broken"
    table = {401: "key", 403: "key", 404: "model", 408: "timeout", 504: "timeout", 409: "broken"}
    table |= {429: "limit", 503: "overloaded", 529: "overloaded"}
    return table.get(status, "broken" if status >= 500 else "rejected")  # noqa: PLR2004


def retry_after(headers: object) -> float | None:
    """Seconds, of `retry-after-ms` or `retry-after` (a number or a date); None without one."""
    get = getattr(headers, "get", lambda _: None)
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        told = get(name) or ""
        try:
            return max(0.0, float(told) / unit)
        except ValueError:
            if (seconds := _until(told)) is not None:
                return seconds
    return None


def _until(date: str) -> float | None:
    """Seconds from now to a date of HTTP, 0 for one that is past; None for no date."""
    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())
    except ValueError:
        return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _named(error: BaseException, *names: str) -> bool:
    return any(kind.__name__ in names for kind in type(error).__mro__)
