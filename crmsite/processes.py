"""What the operating system says about a process, asked without any package."""

import os
import subprocess
from pathlib import Path


def number_in(pid_file: Path) -> int | None:
    """The process id on the first line of a pid file; None where there is no such file or no number in it."""
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def is_server_of(pid: int, folder: Path, name: str) -> bool:
    """Is this process alive, called `name`, and working in `folder`? After a reboot an id belongs to somebody else."""
    proc = Path("/proc") / str(pid)
    if Path("/proc/self").exists():
        try:
            return name in (proc / "cmdline").read_text(errors="replace") and (proc / "cwd").samefile(folder)
        except OSError:
            return False
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)  # noqa: S603, S607
    return name in listed.stdout and os.fspath(folder) in listed.stdout
