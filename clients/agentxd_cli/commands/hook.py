"""hook: has git review what is pushed, and stops that again."""

import argparse
import os
import tempfile
from pathlib import Path

from agentxd_client.connection import ClientError

from agentxd_cli.exit_codes import Exit
from agentxd_cli.hook_place import HookPlace, find_place, script
from agentxd_cli.linking import print_json

_OURS = ("installed", "outdated")
_HUSKY = (".husky", "_")
"""Folders that husky writes anew with each installation of packages."""


def hook(options: argparse.Namespace) -> int:
    """Do it, and tell how it is then."""
    place = find_place(options.root)
    done = {"install": _install, "uninstall": _uninstall, "status": _nothing}[options.action](place)
    state = place.state()
    has_earlier = os.path.lexists(place.earlier)
    if options.json:
        print_json(
            {
                "state": state,
                "hook": str(place.hook),
                "earlier": str(place.earlier) if has_earlier else "",
                "hooksPath": place.configured,
                "isChanged": bool(done),
            }
        )
    else:
        print("\n".join(_lines(place, state, done, has_earlier=has_earlier)))
    if options.action == "status":
        return Exit.OK if state in _OURS else Exit.NOT_FOUND
    return Exit.OK


def _install(place: HookPlace) -> str:
    """What was done, empty for nothing. Raises ClientError where it is not ours to change."""
    state = place.state()
    if state == "installed":
        return ""
    _refuse_changed(place, state)
    if place.hook.parent.parts[-2:] == _HUSKY:
        raise ClientError(
            "wrong_state",
            f"{place.hook.parent} belongs to husky, which writes it anew",
            'Put this line into .husky/pre-push: agentxd review --pre-push --remote "$1"',
        )
    is_moving = state == "foreign"
    if is_moving and os.path.lexists(place.earlier):
        raise ClientError(
            "wrong_state",
            f"there are a hook and an earlier one: {place.hook} and {place.earlier.name}",
            "Remove the one that is not wanted, then: agentxd hook install",
        )
    _write(place, is_moving=is_moving)
    return "updated" if state == "outdated" else "installed"


def _uninstall(place: HookPlace) -> str:
    state = place.state()
    _refuse_changed(place, state)
    has_earlier = os.path.lexists(place.earlier)
    if state == "absent" and not has_earlier:
        return ""
    if state == "foreign":
        if has_earlier:
            raise ClientError(
                "wrong_state",
                f"{place.hook} was written by somebody else since; {place.earlier.name} is kept",
                "Remove the one that is not wanted.",
            )
        return ""
    try:
        if has_earlier:
            place.earlier.replace(place.hook)
        else:
            place.hook.unlink()
    except OSError as error:
        raise _unwritten(place, error) from error
    return "uninstalled"


def _nothing(_: HookPlace) -> str:
    return ""


def _refuse_changed(place: HookPlace, state: str) -> None:
    if state == "changed":
        raise ClientError(
            "wrong_state",
            f"{place.hook} was changed by hand",
            "Move your lines into another hook and remove this one.",
        )


def _write(place: HookPlace, *, is_moving: bool) -> None:
    """In one step each; where the second fails, the first is taken back."""
    try:
        place.hook.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.hook.parent, prefix=".agentx-")
        new = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(script())
            new.chmod(0o755)
            if is_moving:
                place.hook.rename(place.earlier)
            new.replace(place.hook)
        except OSError:
            new.unlink(missing_ok=True)
            if is_moving and not os.path.lexists(place.hook):
                place.earlier.rename(place.hook)
            raise
    except OSError as error:
        raise _unwritten(place, error) from error


def _unwritten(place: HookPlace, error: OSError) -> ClientError:
    return ClientError(
        "storage", f"{place.hook} cannot be written: {error.strerror}", "Check the permissions."
    )


def _lines(place: HookPlace, state: str, done: str, *, has_earlier: bool) -> list[str]:
    words = {
        "installed": "git reviews what is pushed",
        "outdated": "git reviews what is pushed, with the hook of another version or place: "
        "agentxd hook install",
        "changed": "the hook was changed by hand; what it does nobody knows",
        "foreign": "nothing is reviewed; there is another hook",
        "absent": "nothing is reviewed before a push",
    }[state]
    lines = [f"{done}: {words}" if done else words, f"  hook: {place.hook}"]
    if has_earlier and state in _OURS:
        lines.append(f"  then runs what was there before: {place.earlier.name}")
    if place.configured:
        lines.append("  core.hooksPath says so; every repository that it is set for uses this hook")
    return lines
