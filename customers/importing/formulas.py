"""Text that a spreadsheet would take for a formula: made harmless on the way out, and itself again on the way in."""

import re
import unicodedata

STARTS = frozenset("=+-@|%")
# What spreadsheets, or people's eyes, pass over before the first sign; our own apostrophe is one of them.
PASSED_OVER = re.compile("['\\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]*")


def is_formula(text: str) -> bool:
    first = text[PASSED_OVER.match(text).end() :][:1]  # type: ignore[union-attr]
    return unicodedata.normalize("NFKC", first)[:1] in STARTS if first else False


def escaped(text: str) -> str:
    """The text with an apostrophe before it, where a spreadsheet would run it."""
    return f"'{text}" if is_formula(text) else text


def unescaped(text: str) -> str:
    """The text as it was before `escaped`."""
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text
