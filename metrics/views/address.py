"""Addresses of the same page, asked a little differently."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

# Where one starts anew when the question changes.
PLACES = ("after", "term")


@dataclass(frozen=True)
class Address:
    """A path and the words of its question, in order."""

    path: str
    words: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.path}?{urlencode(self.words)}" if self.words else self.path

    def having(self, **changes: str | None) -> "Address":
        """The same with some words replaced, or left out where None."""
        kept = [(key, value) for key, value in self.words if key not in changes and key not in PLACES]
        return Address(self.path, (*kept, *[(key, value) for key, value in changes.items() if value is not None]))

    def adding(self, key: str, value: str) -> "Address":
        kept = [pair for pair in self.words if pair != (key, value) and pair[0] not in PLACES]
        return Address(self.path, (*kept, (key, value)))

    def without(self, key: str, value: str) -> "Address":
        return Address(self.path, tuple(pair for pair in self.words if pair != (key, value) and pair[0] not in PLACES))

    def said(self, key: str) -> str:
        return next((value for name, value in self.words if name == key), "")

    def at(self, path: str) -> "Address":
        return Address(path, self.words)

    def of_days(self, words: dict[str, str]) -> "Address":
        """The same question about other days."""
        kept = [pair for pair in self.words if pair[0] not in ("period", "start", "end", "through", *PLACES)]
        return Address(self.path, (*words.items(), *kept))


def address_of(request: HttpRequest, keys: tuple[str, ...]) -> Address:
    """This page's own address, with the words it knows."""
    said = [(key, value) for key in keys for value in request.GET.getlist(key) if value]
    return Address(request.path, tuple(dict.fromkeys(said)))
