"""Writes texts as TOML strings: on one line, whatever they hold."""

_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def toml_string(text: str) -> str:
    """A basic string. What UTF-8 cannot say becomes U+FFFD."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(sign: str) -> str:
    if sign in _NAMED:
        return _NAMED[sign]
    if "\ud800" <= sign <= "\udfff":
        return "\ufffd"
    if sign.isprintable():
        return sign
    return f"\\U{ord(sign):08x}"
