"""The day the worlds of months are told on."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine


@pytest.fixture
def mid_month() -> Iterator[None]:
    """The middle of a month: on its first day no month is running, on its last hardly one."""
    with time_machine.travel(datetime(2026, 3, 17, 9, tzinfo=UTC), tick=False):
        yield
