"""Trust in servers, loaded late: reading all certificates takes longer than anything else here."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, Self


class LateTrust(ssl.SSLContext):
    """Stands for a context of an SDK's own making, which is made where a connection needs it.

    What connects has to call `wrap_bio` outside of the event loop, as anyio does for every class
    that is not the standard library's.
    """

    def __new__(cls, make: Callable[[], ssl.SSLContext], *, is_soon: bool) -> Self:
        """As the base class makes it: with certificates checked, and none trusted."""
        del make, is_soon
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self, make: Callable[[], ssl.SSLContext], *, is_soon: bool) -> None:
        """With `is_soon` the certificates are read at once, beside whatever else is done."""
        self._make = make
        self._made: ssl.SSLContext | None = None
        self._making = Lock()
        self._alpn: list[str] = []
        if is_soon:
            Thread(target=self._prepare, daemon=True).start()

    def set_alpn_protocols(self, alpn_protocols: Any) -> None:
        """Kept until there is a context."""
        self._alpn = list(alpn_protocols)

    def wrap_bio(self, *words: Any, **named: Any) -> ssl.SSLObject:
        """Of the real context. Raises OSError where its certificates cannot be read."""
        context = self._whole()
        if self._alpn:
            context.set_alpn_protocols(self._alpn)
        return context.wrap_bio(*words, **named)

    def _whole(self) -> ssl.SSLContext:
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made

    def _prepare(self) -> None:
        with suppress(OSError):  # whoever connects is told
            self._whole()


def is_secure(url: str) -> bool:
    """Whether TLS will be spoken there; vendors' own addresses, the empty ones, speak it."""
    return not url or url.startswith("https:")
