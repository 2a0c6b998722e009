"""Which rules run: those that are on, without those that somebody turned off."""

from collections.abc import Iterable, Sequence

from agentxd.kernel.errors import InvalidRequestError
from agentxd.review.gathering import AnyRule


def chosen(
    rules: Sequence[AnyRule], off: Iterable[str] = (), only: Iterable[str] = ()
) -> list[AnyRule]:
    """`only` runs those and no others, also such that are off by themselves.

    Raises InvalidRequestError for a rule that there is not, where it was asked for by name.
    """
    known = {rule.info.id for rule in rules}
    asked, refused = set(only), set(off)
    if unknown := sorted(asked - known):
        raise InvalidRequestError(
            f"there is no rule {', '.join(unknown)}", "See which there are: agentxd rules"
        )
    if asked:
        return [rule for rule in rules if rule.info.id in asked]
    return [rule for rule in rules if rule.info.is_on and rule.info.id not in refused]
