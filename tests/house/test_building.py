"""The building itself: locks, layers, and what production is checked for."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS = sorted(path.name for path in CHECKOUT.glob("requirements*.lock"))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_pins_every_hash(name: str) -> None:
    text = (CHECKOUT / name).read_text()
    assert "://" not in text
    packages = re.findall(r"^([a-z][^\n]*(?:\n[ ]{4}--hash[^\n]*)*)", text, re.MULTILINE)
    assert packages
    assert [entry for entry in packages if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_every_package_of_the_run_is_the_same_in_development() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9-]+==\S+)", (CHECKOUT / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_imports_only_go_down(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    code = lint_imports(no_cache=True)
    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", ["language", "periods"])
def test_the_kpi_language_reaches_for_no_table(name: str) -> None:
    files = [*(CHECKOUT / "metrics").glob(f"{name}.py"), *(CHECKOUT / "metrics" / name).rglob("*.py")]
    assert [
        path.name for path in files if re.search(r"^\s*(from|import) django\.db", path.read_text(), re.MULTILINE)
    ] == []


def test_production_has_nothing_to_be_warned_of(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "DEBUG"}}
    environ |= {
        "PLUMB_VAR": str(tmp_path),
        "PLUMB_SITE_URL": "https://plumb.example.com",
        "PLUMB_STATIC_FROM_SOURCE": "0",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=CHECKOUT,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_no_migration_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
