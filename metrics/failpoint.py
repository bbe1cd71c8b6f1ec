"""Named places at which a test ends, breaks or holds up a process; nothing where none is armed.

PLUMB_FAILPOINT names one, what happens there, and at which passing: `facts closed=kill`, `cells folded=raise:3`,
`step locked=hang`. One that raises does so at every later passing as well.
"""

import os
import signal
import time
from dataclasses import dataclass, field

# In the order a run passes them.
POINTS = {
    "run begun": "A run and its steps are written, not yet committed.",
    "run open": "The run stands; nobody has taken a step of it.",
    "step claimed": "A runner holds a step's lock; its attempt is not noted.",
    "attempt noted": "The attempt is committed; the work has not begun.",
    "step locked": "The transaction of the work has begun and holds the step.",
    "facts wanted": "What the records mean now is collected.",
    "facts closed": "Facts no longer wanted are closed.",
    "facts opened": "Facts newly wanted are opened.",
    "cells folded": "The totals have moved by the difference.",
    "reading noted": "How far the measure has read the changes is written.",
    "definitions swapped": "New definitions, where there are any, have taken the place of the old.",
    "terms read": "What terms that follow customers are now is read.",
    "terms kept": "It is written down for the nights to come.",
    "values read": "What a KPI is now is read from the ledger.",
    "values replaced": "Published values that changed are no longer the latest.",
    "values published": "The new values are written.",
    "step marked": "The step is marked as done, not yet committed.",
    "step done": "The step and all it did are committed; its lock is still held.",
    "changes forgotten": "What every measure has taken in is dropped from the log of changes.",
    "nights settled": "The days are marked as settled, not yet committed.",
    "run finished": "The run is committed as finished.",
}
ACTIONS = ("kill", "raise", "hang")
HANGS_FOR = 3600.0  # seconds


class Broken(Exception):
    """A failpoint was told to raise."""


@dataclass
class Armed:
    point: str
    action: str
    passing: int = 1
    passed: int = field(default=0, init=False)

    def pass_by(self) -> None:
        self.passed += 1
        if self.passed < self.passing:
            return
        if self.action == "raise":
            raise Broken(f"Armed to break at {self.point!r}.")
        if self.passed == self.passing and self.action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.passed == self.passing and self.action == "hang":
            time.sleep(HANGS_FOR)


def failpoint(name: str) -> None:
    """Pass by a named place."""
    if armed is not None and armed.point == name:
        armed.pass_by()


def arm(words: str) -> None:
    """Arm one point, as the environment does; no words disarm it. Raises `ValueError` for words that name none."""
    global armed
    point, _, rest = words.partition("=")
    action, _, passing = rest.partition(":")
    if words and (point not in POINTS or action not in ACTIONS):
        raise ValueError(f"PLUMB_FAILPOINT is a point, '=', and one of {', '.join(ACTIONS)}: {words!r} is not.")
    armed = Armed(point, action, int(passing or 1)) if words else None


armed: Armed | None = None
arm(os.environ.get("PLUMB_FAILPOINT", ""))
