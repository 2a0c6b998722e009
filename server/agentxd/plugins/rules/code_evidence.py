"""Tells whether the text of a comment is code: by how its lines look, before a grammar is asked."""

from collections.abc import Sequence

from agentxd.kernel.patterns import Lazy

_CALL = r"[\w$.\[\]\"'!?>:&*-]+(?:<[\w, ]*>)?\([^\n]*\)"
_BRACES = Lazy(
    rf"(?:(?:await|return|throw|yield|new|defer|go|delete|echo) )?{_CALL}\s*[;{{]$"
    rf"|\}}?\s*(?:if|for|while|switch|catch|else if|match|unless)\b.*[({{].*[)}}{{;]$"
    r"|[})\]]+[;,)]*$"
    r"|\}?\s*(?:else|try|finally|do)\s*\{$"
    r"|(?:(?:const|let|var|val|auto|final|static|mut|int|bool|string|char|float|double|long)\s+)*"
    r"[\w$.\[\]\"'<>:&*? ]{1,60}\s(?:[-+*/|&]?=|:=)\s*[^=\s].*[;{(\[,)]$"
    r"|(?:export |pub |public |private |protected |static |async )*(?:function|func|fn|class|struct"
    r"|interface|impl|enum|def)\s+\w.*[{(]$"
    r"|(?:import|use|using|export|package|return|throw|break|continue|case|typedef)\b[^.!?]*;$"
)
"""Statements of languages with braces; nearly all end with a sign that no sentence ends with."""
_BARE = Lazy(
    rf"(?:(?:await|return|throw|yield|defer|go) )?{_CALL}$"
    r"|(?:const|let|var)\s+\w+\s*=\s*\S.*$|[\w$.\[\]]+(?:, ?[\w$.]+)*\s(?::=|\+=)\s\S.*$"
    r"|(?:import\s.*\sfrom\s+[\"'].*|return|return [\w.]+)$"
)
"""Statements of those whose semicolons may be left out: Go, JavaScript."""
_PYTHON = Lazy(
    r"(?:(?:async )?(?:def|class|for|with)|if|elif|while|except)\b[^?!]*:$|(?:else|try|finally):$"
    rf"|(?:(?:return|await|yield|raise|assert|del) )?(?:await )?{_CALL}$"
    r"|[\w.\[\]\"', ]{1,80}\s(?:[-+*/|]?=)\s*[^=\s].*$|(?:import [\w.]+|from [\w.]+ import \w.*)$"
    r"|@[\w.]+(?:\(.*\))?$|(?:return|pass|continue|break|return (?:None|True|False|self\.\w+|\w+))$"
    r"|[\"'][\w-]+[\"']:\s.*,$|\w+=[\w.\"'(\[].*,$|[)\]}]+,?$"
)
_RUBY = Lazy(
    r"(?:def|class|module)\s+[\w.:?!]+(?:\(.*\))?$|end$|.*\bdo(?:\s*\|[\w, ]+\|)?$"
    r"|(?:if|unless|while|elsif)\s+[\w.@!?()]+(?:\s*[=!<>]=?\s*\S+)?$"
    rf"|@?[\w.\[\]:\"']+\s(?:\|\|)?=\s*[^=\s].*$|(?:return )?@?{_CALL}$"
    r"|require(?:_relative)? ['\"].*['\"]$"
)
_LUA = Lazy(
    rf"local\s+[\w, ]+=\s*\S.*$|(?:local )?function\b.*\)$|.*\b(?:then|do)$|end[,)]*$"
    rf"|(?:return )?{_CALL}$|[\w.\[\]\"']+\s=\s\S.*$"
)
_STATEMENTS = {
    "python": (_PYTHON,),
    "ruby": (_RUBY,),
    "lua": (_LUA,),
    "go": (_BRACES, _BARE),
    "javascript": (_BRACES, _BARE),
    "typescript": (_BRACES, _BARE),
    "tsx": (_BRACES, _BARE),
    **dict.fromkeys(("rust", "java", "csharp", "c", "cpp", "php"), (_BRACES,)),
}
LANGUAGES = frozenset(_STATEMENTS)
_SENTENCE = Lazy(
    r"^[A-Z][a-z']+(?: [a-z'-]+){2,}"
    r"|[a-z] (?:the|a|an|is|are|be|of|to|that|this|we|it|not|should) [a-z]"
    r"|[a-z]{2}[.!?]$|\be\.g\.|\bi\.e\."
)
_LEADS = Lazy(r"(?i)(?::|e\.g\.|i\.e\.|example|usage|like this|equivalent|same as|such as)\s*$")
_QUOTED = Lazy(r"\"[^\"]*\"|'[^']*'|`[^`]*`")
_LEAST_SHARE = 0.6
_LONGEST = 300
"""Characters of a line that a person wrote."""
_SURE = Lazy(
    r"(?:import i?pdb; ?)?(?:i?pdb|pudb)\.set_trace\(\)$|breakpoint\(\)$"
    r"|(?:console\.\w+|var_dump|System\.out\.print\w*|fmt\.Print\w*|e?println!|dbg!)\(.*\)[;]?$"
    r"|(?:import \w[\w.]*|from [\w.]+ import \w[\w, ]*|print\(.*\))$"
    r"|(?:const|let|var|return|await|import|use|using|throw)\b.*[()=\"'{}].*;$"
    r"|(?:this|self|\$\w+)[.>-].*\(.*\);$|[\w.]+\s=\s[\w.]+\(.*\);$|[\w$.:>-]+\([^ ]+.*\);$"
)
"""One line of these is enough."""


def is_code_line(line: str, language: str) -> bool:
    """Whether a line looks like a statement of the language rather than like words."""
    text = line.strip()
    if len(text) > _LONGEST or _SENTENCE.search(_QUOTED.sub("''", text)):
        return False
    return any(pattern.match(text) for pattern in _STATEMENTS[language])


def is_sure(line: str) -> bool:
    """Whether a single line cannot be anything but code."""
    text = line.strip()[:_LONGEST]
    return _SURE.match(text) is not None and not _SENTENCE.search(_QUOTED.sub("''", text))


def leads(line: str) -> bool:
    """Whether words announce an example."""
    return _LEADS.search(line) is not None


def is_mostly_code(lines: Sequence[str], language: str) -> bool:
    """At least two statements, and few lines that are none."""
    full = [line for line in lines if line.strip()]
    n_code = sum(is_code_line(line, language) for line in full)
    return n_code > 1 and n_code >= _LEAST_SHARE * len(full)
