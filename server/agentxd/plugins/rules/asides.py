"""Places where things are tried, shown or kept rather than run: rules are milder there."""

from agentxd.kernel.review import Severity
from agentxd.plugins.rules.paths import is_document, is_example, is_foreign, is_test


def is_aside(path: str) -> bool:
    """Whether it is a test, an example, documentation, or somebody else's."""
    return is_test(path) or is_example(path) or is_document(path) or is_foreign(path)


def milder(severity: Severity, path: str) -> Severity:
    """A note where the file is aside."""
    return Severity.NOTE if is_aside(path) else severity
