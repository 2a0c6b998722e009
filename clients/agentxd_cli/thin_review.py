"""`agentxd review --pre-push` as the hook says it, without reading the whole command line."""

from agentxd_protocol import places

from agentxd_cli.becoming import review_here

_VALUED = {"--remote": "remote", "--output": "output"}


def run(arguments: list[str]) -> int | None:
    """Become the review; None where more is said than the hook says."""
    given = {"remote": "", "output": ""}
    words = iter(arguments)
    is_push = False
    for word in words:
        if word == "--pre-push":
            is_push = True
        elif word in _VALUED:
            given[_VALUED[word]] = next(words, "")
        else:
            return None
    name, _, place = given["output"].partition("=")
    if not is_push or (given["output"] and (name != "json" or not place.startswith("/"))):
        return None
    return review_here(
        {
            "root": places.find_root("."),
            "what": {"kind": "pre_push", "value": given["remote"]},
            "outputs": [[name, place]] if place else [],
        },
    )
