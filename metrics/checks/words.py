"""What every declaration has: words."""

from collections.abc import Iterator

Complaint = tuple[str, str]  # the attribute at fault, and what is wrong


def documented(declared: type) -> Iterator[Complaint]:
    said = (declared.__dict__.get("__doc__") or "").strip()
    if not said:
        yield "__doc__", "It has no docstring to say what it is."
    elif not said.split("\n\n")[0].strip().endswith("."):
        yield "__doc__", "Its first sentence does not end with a full stop."
