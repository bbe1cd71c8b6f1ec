"""The mathematics stands alone, and starting the house does not pay for it."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
MODULES = sorted(path.stem for path in (CHECKOUT / "metrics" / "mathematics").glob("*.py") if path.stem != "__init__")
WITH_NUMPY = {"clusters", "lifetime", "logistic", "spend", "tree"}


def loaded(code: str) -> set[str]:
    """What a fresh Python has loaded after the code."""
    shown = "import sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; {shown}"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_no_module_loads_django_and_few_load_numpy() -> None:
    light = [name for name in MODULES if name not in WITH_NUMPY]
    assert not {"django", "numpy"} & loaded("; ".join(f"import metrics.mathematics.{name}" for name in light))
    assert "django" not in loaded("; ".join(f"import metrics.mathematics.{name}" for name in MODULES))


@pytest.mark.slow
def test_the_house_starts_without_numpy() -> None:
    start = "import os; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'crmsite.settings')"
    everything = "import django; django.setup(); import crmsite.urls; from crmsite.celery import app"
    assert "numpy" not in loaded(f"{start}; {everything}; app.loader.import_default_modules()")
