"""The rule syntax-error: a file that the change broke so that it does not parse any more."""

import re
from collections.abc import Iterator, Sequence

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile, Example, Fault, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.syntax_proofs import Proof, proof, python_error
from agentxd.plugins.rules.text import is_touched

_LANGUAGES = frozenset(
    {
        *("bash", "c", "cpp", "csharp", "css", "go", "java", "javascript", "json", "lua"),
        *("php", "python", "ruby", "rust", "toml", "tsx", "typescript", "yaml"),
    }
)
"""Not HTML and Markdown, which hold other languages, and where anything goes."""
_CONFLICT = Lazy(rb"^(?:<{7}|>{7}) \S", re.MULTILINE)
_TEMPLATE = Lazy(r"\{\{|\{%|<%|@@\w+@@")
_DATA = frozenset({"bash", "css", "json", "toml", "yaml"})
"""Written by templates as often as by people."""
_TEMPLATE_PATH = Lazy(
    r"(?i)(?:^|/)(?:templates?|charts?|cookiecutter[^/]*|skeletons?|scaffold(?:ing)?|stubs?)/|\{\{"
    r"|\.(?:tmpl|tpl|j2|jinja2?|erb|in|template|mustache|hbs)(?:\.\w+)?$"
)
_BAD_ON_PURPOSE = Lazy(
    r"(?i)(?:^|/)(?:fixtures?|__fixtures__|testdata|test[_-]data|test[_-]files|snapshots?|__snapshots__"
    r"|golden|cases|corpus|samples|baselines?)/"
    r"|(?:^|[/_.-])(?:invalid|broken|bad|malformed|syntax[_-]?errors?|fail(?:s|ing|ed)?|errors?)\d*(?=[/_.-])"
)
_LOOSE_JSON = Lazy(
    r"(?i)\.(?:jsonc|json5|code-workspace|sublime-\w+)$|(?:^|/)\.(?:vscode|devcontainer|zed)/"
    r"|(?:^|/)(?:[tj]sconfig|\.?eslintrc|\.?babelrc|\.?jshintrc|api-extractor|renovate|\.?swcrc"
    r"|devcontainer|biome|turbo|deno|nx|wrangler|angular|language-configuration)[^/]*$"
)
_MOST_PYTHON = 300_000
"""Bytes of Python in a change that are given to Python's own parser besides: it is slow."""


class SyntaxErrors:
    """Finds files that parsed before the change, or are new, and do not parse."""

    info = RuleInfo(
        id="syntax-error",
        title="file that does not parse any more",
        severity=Severity.ERROR,
        doc=(
            "A bracket that was lost while a conflict was resolved, a line that was deleted with "
            "one too many: the file cannot be read by its compiler or interpreter, and whatever "
            "imports it fails.\n\n"
            "Found are files that parsed before the change and do not parse after it, and new "
            "files that do not parse, in the languages that come with a grammar. Because "
            "grammars have gaps, a second witness is asked: Python's own parser, the readers of "
            "JSON and TOML, or whether the brackets match. Where none can say, it is a warning. "
            "Templates, files that were unreadable before, C and C++ whose brackets match, and "
            "fixtures that are broken on purpose are left alone.\n\nMend the line, or what stands "
            "before it: the place is where the parser stumbled."
        ),
        bad=(
            Example("app.py", "def f(a:\n    return a\n", "def f(a):\n    return a\n"),
            Example("deep.py", "if a:\n    b = 1\n      c = 2\n", "if a:\n    b = 1\n"),
            Example("src/a.js", "f({ a: [1 });\n", "f({ a: [1] });\n"),
            Example("src/a.ts", "export const a = (b: number => b;\n", "export const a = 1;\n"),
            Example("main.go", "package main\n\nfunc main() {\n\tif true {\n}\n"),
            Example("src/lib.rs", "fn f() {\n    g(1;\n}\n", "fn f() {\n    g(1);\n}\n"),
            Example("A.java", "class A {\n  int f() { return 1;\n}\n"),
            Example("a.rb", "def f\n  g(1\nend\n", "def f\n  g(1)\nend\n"),
            Example("a.php", "<?php\nfunction f( {\n}\n", "<?php\nfunction f() {\n}\n"),
            Example("a.c", "int f(void) {\n  g(1;\n}\n", "int f(void) {\n  g(1);\n}\n"),
            Example("package.json", '{\n  "a": 1,\n}\n', '{\n  "a": 1\n}\n'),
            Example("Cargo.toml", "[package\nname = 'a'\n", "[package]\nname = 'a'\n"),
            Example("ci.yml", "a: [1, 2\nb: 3\n", "a: [1, 2]\nb: 3\n"),
        ),
        good=(
            Example("app.py", "def f(a):\n    return a\n"),
            Example("old.py", "print 'a', (\n", "print 'a'\nexec 'b' in (\n"),
            Example("new.py", "type A = int\nx = f'{a['b']}'\n", "x = 1\n"),
            Example("tests/fixtures/broken.py", "def f(:\n"),
            Example("a.c", "FOREACH(x, y) {\n  f(x);\n}\nEND\n", "int a;\n"),
            Example("chart/templates/a.yaml", "a: {{ .b }}\n{{- if .c }}\nd: [\n{{- end }}\n"),
            Example("tsconfig.json", '{\n  // c\n  "a": 1,\n}\n', '{\n  "a": 1\n}\n'),
            Example("page.html", "<p>{% if a < b %}</p>\n"),
            Example("notes.txt", "(((\n"),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:
        """At most one finding for a file: the first fault brings the others."""
        if not file.new or not file.is_whole or file.is_binary or file.is_generated:
            return
        language = ground.syntax.language(file.path, file.new[:200])
        if not file.spans or language not in _LANGUAGES or _is_odd(file, language):
            return
        faults = ground.syntax.faults(file.path, file.new)
        if not faults:
            if faults is not None and language == "python":
                yield from self._indentation(file, ground)
            return
        if _was_odd(file, ground):
            return
        found = proof(language, file, ground)
        if found is Proof.NONE or _is_template(language, file.new, faults):
            return
        fault = next((fault for fault in faults if is_touched(file, fault.line)), faults[0])
        if found is Proof.WEAK and (file.old is None or not is_touched(file, fault.line)):
            return
        yield self._finding(file, fault, found)

    def _finding(self, file: ChangedFile, fault: Fault, found: Proof) -> Finding:
        line, is_removal = _place(file, fault.line)
        is_there = line == fault.line and not is_removal
        again = " any more" if file.old is not None else ""
        return Finding(
            rule=self.info.id,
            severity=_severity(file, found),
            path=file.path,
            line=line,
            column=fault.column if is_there else -1,
            message=f"the file does not parse{again}: {_shown(fault)}",
            advice="Mend this line, or a bracket or quote before it",
            is_about_removal=is_removal,
            anchor="syntax",
        )

    def _indentation(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:
        """What the grammar lets pass and Python does not."""
        files = ground.change.files
        if sum(len(each.new or b"") for each in files if each.path.endswith(".py")) > _MOST_PYTHON:
            return
        error = python_error(file.new or b"")
        if error is None or not error.is_certain:
            return
        if file.old is None or python_error(file.old) is None:
            yield self._finding(file, Fault(error.line, 0, error.reason), Proof.STRONG)


def _is_odd(file: ChangedFile, language: str) -> bool:
    """A template, loose on purpose, or a conflict, which is another rule's business."""
    if _TEMPLATE_PATH.search(file.path) or _CONFLICT.search(file.new or b""):
        return True
    if file.old is None and _BAD_ON_PURPOSE.search(file.path):
        return True
    return language == "json" and _LOOSE_JSON.search(file.path) is not None


def _was_odd(file: ChangedFile, ground: Ground) -> bool:
    """Whether it did not parse before either; another language before is no witness."""
    if file.old is None:
        return False
    return ground.syntax.faults(file.old_path or file.path, file.old) != ()


def _is_template(language: str, content: bytes, faults: Sequence[Fault]) -> bool:
    """Whether signs of a template stand at a fault; in data, anywhere."""
    if language in _DATA:
        return _TEMPLATE.search(content.decode(errors="replace")) is not None
    return any(_TEMPLATE.match(fault.text) for fault in faults)


def _severity(file: ChangedFile, found: Proof) -> Severity:
    if _BAD_ON_PURPOSE.search(file.path):
        return Severity.NOTE
    return Severity.ERROR if found is Proof.STRONG else Severity.WARNING


def _place(file: ChangedFile, line: int) -> tuple[int, bool]:
    """A line of the change that has to do with a fault, and whether it is where lines went."""
    if is_touched(file, line):
        return line, False
    following = [span for span in file.spans if span.new_start >= line]
    span = following[0] if following else file.spans[-1]
    return span.new_start, not span.new_count


def _shown(fault: Fault) -> str:
    """What stands there, without what a terminal would obey; never a whole line of values."""
    text = "".join(sign if sign.isprintable() else " " for sign in fault.text)
    return text.split("=")[0].strip()[:40] or "the parser stumbles here"
