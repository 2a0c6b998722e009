"""Finds where the script of a pipeline prints a secret."""

import re
from collections.abc import Iterator, Sequence

from agentxd.kernel.patterns import Lazy
from agentxd.plugins.rules.ci_steps import Entry, Step

_PRINT = Lazy(
    r"(?:(?:^|[;&|({]|\bthen\b|\bdo\b|\belse\b|^\s*-|^[\s-]*(?:run|script|command|bash|pwsh)\s*:)\s*"
    r"(?:echo|printf|print|Write-(?:Host|Output))\b|\b(?:python3?|node|ruby|perl)\s+-[ec]\s.{0,200}?"
    r"\b(?:print|console\.\w+|puts)\b\s*\()(?P<rest>.*)"
)
_DUMP = Lazy(
    r"(?:^|[;&]|\bthen\b|\bdo\b)\s*(?:printenv|env|export -p)\s*(?:\|\s*(?:sort|cat)\b[^|>]*)?$"
    r"|\b(?:console\.\w+|print)\(\s*(?:process\.env|(?:dict\()?os\.environ\)?)\s*\)"
)
"""A command that prints the whole environment."""
_SECRET = Lazy(r"\$\{\{\s*secrets\.(\w+)\s*\}\}")
_BUILT_IN = Lazy(r"--build-arg[ =][\"']?\w+=[\"']?\$\{\{\s*secrets\.(\w+)\s*\}\}")
_ALL = Lazy(r"(?i)\btojson\(\s*secrets\s*\)")
_VARIABLE = Lazy(r"\$(?:\{(?P<braced>\w+)(?P<how>[^}]*)\}|(?P<bare>\w+)|env:(?P<shell>\w+))")
_TELLING = Lazy(
    r"(?i)(?:_|^)(?:token|secret|password|passwd|api_?key|private_?key|access_?key|credentials)$"
)
_KEPT_BACK = Lazy(r"^[^\"']*\$\(|`|(?<!>)>(?!>?\s*[\"']?\$\{?GITHUB_STEP_SUMMARY)|::add-mask::|<<<")
_SHOWING = Lazy(r"\|\s*(?:base64|xxd|rev|sed|tr|fold|hexdump|od|cut|tee)\b[^|>]*$")


def printed_secrets(step: Step, found: Sequence[Entry]) -> Iterator[tuple[int, str]]:
    """Line and name of each secret that a step of a workflow prints."""
    run = step.get("run")
    if run is None:
        return
    known = {
        entry.path[-1]: match[1]
        for entry in (*found, *step.below("env"))
        if len(entry.path) > 1 and entry.path[-2] == "env"
        and (match := _SECRET.search(entry.value)) is not None
        and _reaches(entry, run)
    }  # fmt: skip
    for number, text in joined(run.texts()):
        rest = _printed(text)
        names = [match[1] for match in _SECRET.finditer(rest)]
        names += [known[name] for name in _variables(rest) if name in known]
        if names:
            yield number, f"the secret {names[0]}"
        elif known and _DUMP.search(text[:2_000]):
            yield number, f"the environment, with the secret {next(iter(known.values()))},"


def printed_by_name(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Line and name of each variable that sounds like a secret and is printed."""
    for number, text in joined(enumerate(lines)):
        if text.lstrip().startswith("#"):
            continue
        names = [name for name in _variables(_printed(text)) if _TELLING.search(name)]
        if names:
            yield number, f"the variable {names[0]}"


def built_in(found: Sequence[Entry]) -> Iterator[tuple[int, str]]:
    """Line and name of each secret that becomes an argument of an image's build."""
    for entry in found:
        is_table = entry.path[-1] in ("build-args", "build_args")
        for number, text in entry.texts():
            match = _SECRET.search(text) if is_table else _BUILT_IN.search(text[:2_000])
            if match is not None:
                yield number, match[1]


def all_secrets(found: Sequence[Entry]) -> Iterator[int]:
    """Lines with every secret at once."""
    for entry in found:
        for number, text in entry.texts():
            if _ALL.search(text):
                yield number


def joined(texts: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines of a script, with those that a backslash continues."""
    first, held = -1, ""
    for number, text in texts:
        first = number if first < 0 else first
        held += text
        if held.endswith("\\"):
            held = held[:-1]
            continue
        yield first, held
        first, held = -1, ""
    if held:
        yield first, held


def _printed(text: str) -> str:
    """What a command prints to the log; empty where it goes elsewhere."""
    match = _PRINT.search(text[:2_000])
    if match is None or _KEPT_BACK.search(text[: match.start("rest")] + match["rest"]):
        return ""
    rest = match["rest"]
    is_piped = "|" in rest.replace("||", "")
    return "" if is_piped and not _SHOWING.search(rest) else rest


def _variables(text: str) -> Iterator[str]:
    """Names of variables; not where only their length, or whether they are set, is told."""
    quoted = re.sub(r"'[^']*'", "", text)
    for match in _VARIABLE.finditer(quoted):
        if not (match["how"] or "").startswith((":+", "+", ":?")):
            yield match["braced"] or match["bare"] or match["shell"]


def _reaches(entry: Entry, run: Entry) -> bool:
    """Whether the environment of this entry is the script's: the workflow's, job's or step's."""
    return run.path[: len(entry.path) - 2] == entry.path[:-2]
