"""review, rules, answer: hands the words to the process that reviews."""

import argparse
import os
from typing import Any

from agentxd_client.connection import ClientError
from agentxd_protocol import places

from agentxd_cli.becoming import become

Json = dict[str, Any]
_KINDS = ("staged", "working", "all", "pre_push", "stdin_diff")
_WORDS = {
    "staged": "--staged",
    "working": "--working",
    "all": "--all",
    "pre_push": "--pre-push",
    "stdin_diff": "--stdin-diff",
    "base": "--base",
    "range": "the range",
}
_FORMATS = ("text", "json", "sarif", "rdjson", "github", "gitlab", "junit", "markdown")


def review(options: argparse.Namespace) -> int:
    """Become the review; it prints and exits by itself."""
    if not options.with_model and any((options.reviewer, options.provider, options.model)):
        raise ClientError(
            "invalid_request", "no model is asked", "Add --with-model, or leave its options out."
        )
    wish: Json = {
        "root": places.find_root(options.root),
        "what": _what(options),
        "filterMode": options.filter_mode,
        "minSeverity": options.min_severity or None,
        "failOn": options.fail_on,
        "format": options.format or ("json" if options.json else "text"),
        "outputs": [_output(words) for words in options.output],
        "timeBudgetS": options.time_budget,
        "hasLinters": not options.no_linters,
        "only": options.rule,
        "model": _model(options) if options.with_model else None,
        "isFixing": options.fix,
        "isWritingBaseline": options.write_baseline,
    }
    return become("review", wish)


def rules(options: argparse.Namespace) -> int:
    """The list, or the page of one."""
    return become("rules", {"rule": options.rule, "isJson": options.json})


def answer(options: argparse.Namespace) -> int:
    """Keep it in the repository's file."""
    wish = {
        "root": places.find_root(options.root),
        "fingerprint": options.fingerprint,
        "verdict": options.verdict,
        "reason": options.reason,
        "until": options.until,
        "isJson": options.json,
    }
    return become("answer", wish)


def _what(options: argparse.Namespace) -> Json:
    asked = [kind for kind in _KINDS if getattr(options, kind)]
    asked += ["base"] * bool(options.base) + ["range"] * bool(options.range)
    if len(asked) > 1:
        words = " and ".join(_WORDS[kind] for kind in asked)
        raise ClientError("invalid_request", f"{words} are different changes", "Name one of them.")
    kind = asked[0] if asked else "default"
    value = {"base": options.base, "range": options.range, "pre_push": options.remote}
    return {"kind": kind, "value": value.get(kind, "")}


def _output(words: str) -> list[str]:
    name, _, place = words.partition("=")
    if name not in _FORMATS or place in ("", "-"):
        step = f"Use --output FORMAT=FILE, or --format FORMAT to print it: {', '.join(_FORMATS)}"
        raise ClientError("invalid_request", f"the output cannot be {words!r}", step)
    return [name, os.path.abspath(place)]  # noqa: PTH100  # pathlib is not loaded otherwise


def _model(options: argparse.Namespace) -> Json:
    from agentxd_cli.commands.run import budget_of, script_path  # only where models are asked

    return {
        "provider": options.provider,
        "model": options.model,
        "script": script_path(options.script),
        "reviewers": options.reviewer,
        "budget": budget_of(options.budget),
    }
