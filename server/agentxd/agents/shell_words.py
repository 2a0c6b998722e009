"""Cuts a shell command line into words and operators; what it cannot read is an error."""

from collections.abc import Callable

from msgspec import Struct

_OPERATORS = ("&&", "||", ";;", "|&", ";", "|", "&", "(", ")", "\n")
_REDIRECTIONS = ("&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", ">>", ">|", ">&", "<", ">")
_BLANK = " \t"
_BREAKS = frozenset(" \t\n;|&()<>")
_EXPANDED = frozenset("*?[{~")
_SPECIAL_NAMES = "@*#?-$!0123456789"


class UnreadableError(Exception):
    """The command line has something that a rule cannot be held against."""


class Token(Struct, frozen=True):
    """A word, an operator or a redirection."""

    kind: str
    """word, operator or redirection."""
    text: str
    is_open: bool = False
    """True where part of the word is only known when it runs."""
    is_quoted: bool = False
    """True where any of it was quoted: it is then no reserved word."""


def read_tokens(line: str) -> tuple[list[Token], list[str]]:
    """The tokens, and the command lines inside substitutions. Raises UnreadableError."""
    scanner = _Scanner(line)
    scanner.scan()
    return scanner.tokens, scanner.substitutions


class _Scanner:
    def __init__(self, line: str) -> None:
        self._line = line.replace("\\\n", "")
        self._at = 0
        self.tokens: list[Token] = []
        self.substitutions: list[str] = []
        self._here_documents: list[tuple[str, bool]] = []

    def scan(self) -> None:
        while self._at < len(self._line):
            self._next()

    def _next(self) -> None:
        char = self._line[self._at]
        if char in _BLANK:
            self._at += 1
        elif char == "#":
            end = self._line.find("\n", self._at)
            self._at = len(self._line) if end < 0 else end
        elif self._is_process_substitution():
            self._word()
        elif redirection := self._starts(_REDIRECTIONS):
            self._redirection(redirection)
        elif operator := self._starts(_OPERATORS):
            self._operator(operator)
        else:
            self._word()

    def _starts(self, choices: tuple[str, ...]) -> str:
        return next((text for text in choices if self._line.startswith(text, self._at)), "")

    def _is_process_substitution(self) -> bool:
        return self._line.startswith(("<(", ">("), self._at)

    def _operator(self, operator: str) -> None:
        self._at += len(operator)
        self.tokens.append(Token("operator", operator))
        if operator == "\n":
            self._skip_here_documents()

    def _redirection(self, redirection: str) -> None:
        self._drop_descriptor(self._at)
        self._at += len(redirection)
        self.tokens.append(Token("redirection", redirection))
        if redirection in ("<<", "<<-"):
            while self._at < len(self._line) and self._line[self._at] in _BLANK:
                self._at += 1
            self._word()
            word = self.tokens[-1]
            self._here_documents.append((word.text, word.is_quoted))

    def _drop_descriptor(self, sign_at: int) -> None:
        """The 2 of `2>&1` was read as a word; it touches the sign, so it is a descriptor."""
        last = self.tokens[-1] if self.tokens else Token("operator", "")
        is_number = last.kind == "word" and last.text.isdigit()
        if is_number and self._line[:sign_at].endswith(last.text):
            self.tokens.pop()

    def _skip_here_documents(self) -> None:
        for delimiter, is_quoted in self._here_documents:
            body: list[str] = []
            while True:
                if self._at >= len(self._line):
                    raise UnreadableError(f"the here-document {delimiter} has no end")
                end = self._line.find("\n", self._at)
                end = len(self._line) if end < 0 else end
                line, self._at = self._line[self._at : end], end + 1
                if line.lstrip("\t") == delimiter:
                    break
                body.append(line)
            if not is_quoted:
                self._look_inside("\n".join(body))
        self._here_documents.clear()

    def _look_inside(self, text: str) -> None:
        """Find the substitutions of text that the shell expands as if in double quotes."""
        inner = _Scanner('"' + text.replace('"', "") + '"')
        inner.scan()
        self.substitutions += inner.substitutions

    def _word(self) -> None:
        word = _Word()
        while self._at < len(self._line):
            char = self._line[self._at]
            if self._is_process_substitution():
                self._at += 1
                self._take_parenthesis(word)
            elif char in _BREAKS:
                break
            else:
                self._piece(char, word)
        self.tokens.append(Token("word", "".join(word.text), word.is_open, word.is_quoted))

    def _piece(self, char: str, word: "_Word") -> None:
        self._at += 1
        if char == "'":
            end = self._find("'")
            word.quote(self._line[self._at : end])
            self._at = end + 1
        elif char == '"':
            self._double_quoted(word)
        elif char == "\\":
            word.quote(self._line[self._at : self._at + 1])
            self._at += 1
        elif char in "$`":
            self._expansion(char, word)
        else:
            word.text.append(char)
            word.is_open = word.is_open or char in _EXPANDED

    def _double_quoted(self, word: "_Word") -> None:
        word.quote("")
        while True:
            if self._at >= len(self._line):
                raise UnreadableError("a double quote has no end")
            char = self._line[self._at]
            self._at += 1
            if char == '"':
                return
            if char == "\\" and self._line[self._at : self._at + 1] in ('"', "\\", "$", "`"):
                word.text.append(self._line[self._at])
                self._at += 1
            elif char in "$`":
                self._expansion(char, word)
            else:
                word.text.append(char)

    def _expansion(self, char: str, word: "_Word") -> None:
        """A variable, a substitution or a lone dollar sign; `_at` is behind the first character."""
        rest = self._line[self._at : self._at + 1]
        word.text.append(char)
        if char == "`":
            end = self._find("`")
            self.substitutions.append(self._line[self._at : end].replace("\\`", "`"))
            word.open(self._line[self._at : end + 1])
            self._at = end + 1
        elif rest == "(":
            self._take_parenthesis(word)
        elif rest == "{":
            end = self._closing("{", "}")
            self._look_inside(self._line[self._at + 1 : end])
            word.open(self._line[self._at : end + 1])
            self._at = end + 1
        elif rest == "'":
            raise UnreadableError("the $'…' quoting is not read")
        elif rest and (rest.isalnum() or rest == "_" or rest in _SPECIAL_NAMES):
            word.is_open = True

    def _take_parenthesis(self, word: "_Word") -> None:
        """`(…)` of a substitution; arithmetic is looked through for substitutions only."""
        end = self._closing("(", ")")
        inner = self._line[self._at + 1 : end]
        if inner.startswith("(") and inner.endswith(")"):
            self._look_inside(inner[1:-1])
        else:
            self.substitutions.append(inner)
        word.open(self._line[self._at : end + 1])
        self._at = end + 1

    def _find(self, char: str) -> int:
        end = self._line.find(char, self._at)
        while char == "`" and end > 0 and self._line[end - 1] == "\\":
            end = self._line.find(char, end + 1)
        if end < 0:
            raise UnreadableError(f"a {char} has no end")
        return end

    def _closing(self, opener: str, closer: str) -> int:
        """Index of the bracket that closes the one at `_at`, quotes respected."""
        depth, at = 0, self._at
        step: dict[str, Callable[[int], int]] = {
            "\\": lambda i: i + 1,
            "'": lambda i: self._line.find("'", i + 1),
            '"': self._end_of_double,
        }
        while at < len(self._line):
            char = self._line[at]
            if char in step:
                at = step[char](at)
                if at < 0:
                    break
            depth += (char == opener) - (char == closer)
            if depth == 0:
                return at
            at += 1
        raise UnreadableError(f"a {opener} has no end")

    def _end_of_double(self, start: int) -> int:
        at = start + 1
        while at < len(self._line) and self._line[at] != '"':
            at += 2 if self._line[at] == "\\" else 1
        return at if at < len(self._line) else -1


class _Word:
    """A word under construction."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.is_open = False
        self.is_quoted = False

    def quote(self, text: str) -> None:
        self.text.append(text)
        self.is_quoted = True

    def open(self, text: str) -> None:
        self.text.append(text)
        self.is_open = True
