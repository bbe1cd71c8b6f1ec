"""A model says so when it was given too little to learn from."""


class TooFew(ValueError):
    """There is too little to learn from; the words are for the reader of the page."""


def require(count: int, least: int, of: str) -> None:
    """Raise `TooFew` where there are fewer than the model needs."""
    if count < least:
        raise TooFew(f"This needs at least {least:,} {of}; there are {count:,}.")
