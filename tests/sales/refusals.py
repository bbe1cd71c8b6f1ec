"""How a refusal is read in tests: by the field it names and its code."""

from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError


@contextmanager
def refused(field: str, code: str):
    with pytest.raises(ValidationError) as caught:
        yield
    assert [error.code for error in caught.value.error_dict[field]] == [code]
