"""Runs a few programs side by side under one roof: their output told apart, a crashed one restarted, all stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

GRACE = 12.0  # seconds a program may take to end
CALM = 60.0  # seconds after which a program that runs is no longer one that crashes
COLOURS = {"web": "36", "worker": "35", "demo": "33"}


@dataclass
class Program:
    """One program; `once` means that its end is its success, not a crash."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    then: Callable[[int], None] | None = None
    process: "subprocess.Popen[str] | None" = None
    started: float = 0.0
    crashes: int = 0
    not_before: float = 0.0


class Supervisor:
    """Holds the programs; `watch` returns when somebody asks it to end."""

    def __init__(self, out: IO[str] | None = None) -> None:
        self.out = out or sys.stdout
        self.programs: list[Program] = []
        self.ending = threading.Event()
        self.impatient = False

    def start(self, program: Program) -> None:
        self.programs.append(program)
        self._launch(program)

    def say(self, line: str, name: str = "plumb") -> None:
        label = f"{name:<7}|"
        if self.out.isatty():
            label = f"\033[{COLOURS.get(name, '1')}m{label}\033[0m"
        try:
            print(label, line, file=self.out, flush=True)
        except (BrokenPipeError, ValueError):
            self.ending.set()  # nobody listens any more

    def watch(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Restart what crashes until `until` holds (True) or somebody asks to end (False)."""
        while not self.ending.is_set():
            if until():
                return True
            for program in list(self.programs):
                self._look_after(program)
            self.ending.wait(0.2)
        return False

    def stop(self) -> None:
        """End the programs one after the other, the last started first; whoever does not go is killed."""
        for program in reversed(self.programs):
            process = program.process
            if process is None:
                continue
            self._signal(process, signal.SIGTERM)
            deadline = time.monotonic() + GRACE
            while process.poll() is None and time.monotonic() < deadline and not self.impatient:
                time.sleep(0.05)
            # Its children, if any are left, are in its group; nothing else is.
            self._signal(process, signal.SIGKILL, whole_group=True)
            process.wait()

    def listen_for_the_end(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal ask to end; the second time means now."""

        def asked(number: int, frame: FrameType | None) -> None:
            self.impatient = self.ending.is_set()
            self.ending.set()

        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            signal.signal(number, asked)

    def _launch(self, program: Program) -> None:
        program.started = time.monotonic()
        program.process = subprocess.Popen(  # noqa: S603
            program.command,
            env={**os.environ, **program.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # so that Ctrl-C reaches us alone and we decide the order
            preexec_fn=_die_with_parent,
        )
        threading.Thread(target=self._relay, args=(program.process, program.name), daemon=True).start()

    def _relay(self, process: "subprocess.Popen[str]", name: str) -> None:
        if process.stdout:
            for line in process.stdout:
                if line.strip():
                    self.say(line.rstrip(), name)

    def _look_after(self, program: Program) -> None:
        now = time.monotonic()
        if program.process is None:
            if now >= program.not_before:
                self._launch(program)
            return
        code = program.process.poll()
        if code is None:
            return
        self._signal(program.process, signal.SIGKILL, whole_group=True)
        if program.once:
            self.programs.remove(program)
            if program.then:
                program.then(code)
            return
        program.crashes = 0 if now - program.started > CALM else program.crashes + 1
        pause = min(30, 2 ** max(0, program.crashes - 1))
        self.say(f"{program.name} ended with {code}; starting it again in {pause} s")
        program.process, program.not_before = None, now + pause

    @staticmethod
    def _signal(process: "subprocess.Popen[str]", number: int, *, whole_group: bool = False) -> None:
        try:
            if whole_group:
                os.killpg(process.pid, number)
            elif process.poll() is None:
                process.send_signal(number)
        except (ProcessLookupError, PermissionError):
            pass


_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """On Linux a program gets SIGTERM when its supervisor is killed; elsewhere it would have to be ended by hand."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
