"""How many questions a page puts to the database."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def questions_of() -> Callable[[Callable[[], object]], int]:
    """`questions_of(page)`: the number of questions asked while `page()` runs."""

    def count(page: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as asked:
            page()
        return len(asked)

    return count
