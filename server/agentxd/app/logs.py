"""The daemon's own log file: plain lines, redacted, bounded."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from agentxd.kernel.redaction import redact

_MAX_BYTES = 5 << 20
_N_KEPT = 3


class RedactingFormatter(logging.Formatter):
    """Takes secrets out of every line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, without secrets."""
        return redact(super().format(record))


def set_up_logs(path: str, *, is_foreground: bool) -> None:
    """Send log lines to the file, and to standard error in the foreground."""
    handlers: list[logging.Handler] = []
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handlers.append(RotatingFileHandler(path, maxBytes=_MAX_BYTES, backupCount=_N_KEPT))
    except OSError as error:
        sys.stderr.write(f"agentxd: no log file: {error}\n")
    if is_foreground or not handlers:
        handlers.append(logging.StreamHandler())
    formatter = RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    for handler in handlers:
        handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
