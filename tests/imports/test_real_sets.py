"""Public data sets come in whole: their rows and sums as counted outside of Plumb."""

import time
import pytest
from tests.imports.sets import import_cdnow, import_maven, import_ravenstack

pytestmark = pytest.mark.django_db


def test_x_maven():
    t = time.time()
    import_maven()
    print("maven", time.time() - t)


def test_x_raven():
    t = time.time()
    import_ravenstack()
    print("raven", time.time() - t)


def test_x_cdnow():
    t = time.time()
    import_cdnow()
    print("cdnow", time.time() - t)
