#!/usr/bin/env python
"""Every command of the house; where no database is configured, one is started for as long as it runs."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crmsite.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as missing:
        raise SystemExit("Django is not installed here. Run 'make run' first, or use .venv/bin/python.") from missing

    from crmsite import embedded

    try:
        with embedded.for_command(sys.argv):
            execute_from_command_line(sys.argv)
    except embedded.Unavailable as reason:
        raise SystemExit(f"plumb: {reason}") from None


if __name__ == "__main__":
    main()
