"""search, symbol, references, map: questions to the index."""

import argparse
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agentxd_client.connection import ClientError
from agentxd_protocol import places

from agentxd_cli.coverage import AT_WORK, is_readable, knows_all, tell, tell_gaps, wait_for
from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.standing import Standing
from agentxd_cli.terminal import is_coloured, is_live, paint

Json = dict[str, Any]
_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 2
_MAX_SNIPPET_LINES = 6
_NOTHING = Exit.FAILED
"""As grep does."""
_MOST = {"search": 200, "symbol": 1_000, "references": 2_000}
"""Answers that the wire gives at once."""


def search(options: argparse.Namespace) -> int:
    """Pieces of code for a question."""
    here, question = _standing(options), " ".join(options.query)
    params = {"query": question, "limit": options.limit, **_filters(options, here)}
    found = _ask(options, "search", params)
    if not options.json:
        marked = _pattern(question)
        for number, hit in enumerate(found["hits"]):
            print("\n" * (number > 0), end="")
            _print_hit(hit, marked, here)
    return _over(options, found, found["hits"])


def symbol(options: argparse.Namespace) -> int:
    """Definitions by name."""
    here = _standing(options)
    params = {
        "name": options.name, "limit": options.limit, "isExact": options.exact,
        "near": _near(options, here), **_filters(options, here),
    }  # fmt: skip
    found = _ask(options, "symbols", params)
    if not options.json:
        for one in found["symbols"]:
            _print_symbol(one, here)
    return _over(options, found, found["symbols"])


def references(options: argparse.Namespace) -> int:
    """Where a name is used."""
    here = _standing(options)
    params = {"name": options.name, "limit": options.limit, "near": _near(options, here)}
    found = _ask(options, "references", params)
    if not options.json:
        marked = re.compile(rf"\b{re.escape(options.name)}\b")
        for use in found["references"]:
            inside = paint(f"  [{use['inside']}]", "dim") if use["inside"] else ""
            text = _marked(_fitting(use["text"].strip(), 40), marked)
            print(f"{_place(here.shown(use['path']), use['line'])}:{text}{inside}")
    return _over(options, found, found["references"])


def map_(options: argparse.Namespace) -> int:
    """The definitions that matter most."""
    here = _standing(options)
    paths = [here.file(path) for path in options.path]
    _tell_missing(paths, here)
    params = {"task": options.task, "paths": paths, "maxTokens": options.tokens}
    found = _ask(options, "map", params)
    if not options.json:
        print(found["text"], end="" if found["text"].endswith("\n") else "\n")
        if is_live():
            words = f"about {found['nTokens']:,} tokens, {found['nFiles']:,} files"
            print(paint(words, "dim"), file=sys.stderr)
    return _over(options, found, found["text"].strip())


def _ask(options: argparse.Namespace, verb: str, params: Json) -> Json:
    """The answer; an index that is being made is waited for, and asked again."""
    connection = open_connection(options)
    try:
        found: Json = connection.request(f"agentx/index/{verb}", params)
    except ClientError as error:
        status = connection.request("agentx/index/status")
        is_coming = error.code == "index_unavailable" and status["state"] in AT_WORK
        if not is_coming or options.timeout <= 0:
            raise
    else:
        if is_readable(found["coverage"]) or options.timeout <= 0:
            return found
    wait_for(connection, options.timeout)
    again: Json = connection.request(f"agentx/index/{verb}", params)
    return again


def _over(options: argparse.Namespace, found: Json, answers: Sequence[Any]) -> int:
    """Tell what the answer leaves open; the exit code."""
    if options.json:
        print_json(found)
    tell_gaps(found["coverage"], is_by_meaning=options.command == "search")
    if answers:
        if not options.json:
            _tell_cut(options, len(answers))
        return Exit.OK
    is_known = knows_all(found["coverage"])
    if sys.stderr.isatty() and not options.json:
        print("Nothing found." if is_known else "Nothing found so far.", file=sys.stderr)
    return _NOTHING if is_known else Exit.INDEX_UNAVAILABLE


def _tell_cut(options: argparse.Namespace, n_shown: int) -> None:
    """Say that there may be more than what is shown."""
    most = _MOST.get(options.command)
    if most is not None and n_shown >= min(options.limit, most):
        how = "with --limit" if n_shown < most else "with a narrower question"
        tell(f"{n_shown:,} shown; more {how}")


def _standing(options: argparse.Namespace) -> Standing:
    return Standing(places.find_root(options.root), str(Path.cwd()))


def _filters(options: argparse.Namespace, here: Standing) -> Json:
    paths = [here.glob(path) for path in options.path]
    return {"paths": paths, "languages": options.lang, "kinds": options.kind}


def _near(options: argparse.Namespace, here: Standing) -> str:
    """The file that asks, from the root. Raises ClientError."""
    near = here.file(options.near)
    _tell_missing([near], here)
    return near


def _tell_missing(paths: Sequence[str], here: Standing) -> None:
    for path in here.missing(paths):
        tell(f"there is no file {path}; paths count from the root, with ./ from here")


def _print_hit(hit: Json, marked: re.Pattern[str] | None, here: Standing) -> None:
    """Place and definition, then the lines that show why."""
    name = ".".join(filter(None, (hit["container"], hit["symbol"])))
    about = f"  {hit['kind']} {paint(name, 'bold')}" if name else ""
    line = hit["snippetLine"] if hit["snippet"] else hit["startLine"]
    print(f"{_place(here.shown(hit['path']), line)}{about}")
    lines = hit["snippet"].split("\n")[:_MAX_SNIPPET_LINES] if hit["snippet"] else []
    for number, text in enumerate(lines, start=hit["snippetLine"] + 1):
        print(f"{paint(f'{number:>6}', 'dim')}  {_marked(_fitting(text, 9), marked)}".rstrip())


def _print_symbol(one: Json, here: Standing) -> None:
    name = ".".join(filter(None, (one["container"], one["name"])))
    place = _place(here.shown(one["path"]), one["line"])
    print(f"{place}  {one['kind']} {paint(name, 'bold')}")
    doc = next(iter(one["doc"].splitlines()), "")
    for text in filter(None, (one["signature"], doc)):
        print(f"        {paint(_fitting(text, 9), 'dim')}")


def _place(path: str, line: int) -> str:
    return f"{paint(path, 'cyan')}:{line + 1}"


def _pattern(query: str) -> re.Pattern[str] | None:
    """The words of a question, wherever they stand, also as parts of a name."""
    words = {word for word in _WORD.findall(query) if len(word) >= _SHORTEST}
    parts = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(parts, re.IGNORECASE) if parts else None


def _marked(text: str, pattern: re.Pattern[str] | None) -> str:
    """With the words of the question in colour, where there is colour."""
    if pattern is None or not is_coloured():
        return text
    return pattern.sub(lambda found: paint(found.group(), "yellow"), text)


def _fitting(text: str, n_before: int) -> str:
    """As much of a line as fits on the terminal; all of it elsewhere."""
    text = text.replace("\t", "    ")
    if not is_live():
        return text
    room = max(20, shutil.get_terminal_size().columns - n_before)
    return text if len(text) <= room else text[: room - 1] + "…"
