"""Child processes of the embedded stack: started, watched, started again when they die, stopped with the parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 15.0  # A batch in flight may finish; then the process is killed.


def _die_with_parent() -> None:
    """Ask Linux to end this child when its parent dies, so that a killed `duban up` leaves nothing behind."""
    os.setsid()  # Ctrl-C reaches the parent only, which then stops its children in order.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Child:
    """One program of the stack.

    Attributes:
        name: For messages and the log file.
        command: Program and arguments.
        environment: Its whole environment.
        log: File that takes its output.
        stop_seconds: How long it may take to end before it is killed.
        starts: How often it was started; a growing number is a crash loop.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    stop_seconds: float = STOP_SECONDS
    starts: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    not_before: float = 0.0

    def start(self) -> None:
        """Start the program, its output appended to the log."""
        self.starts += 1
        self.not_before = time.monotonic() + min(2.0 ** (self.starts - 1), 30.0)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs.
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - we have no threads here.
            )

    @property
    def running(self) -> bool:
        """Whether the program is alive."""
        return self.process is not None and self.process.poll() is None

    def revive(self) -> bool:
        """Start the program again if it died, no faster than its back-off allows; tells whether it did."""
        if self.running or time.monotonic() < self.not_before:
            return False
        self.start()
        return True

    def stop(self) -> None:
        """Ask the program to end, wait, and kill it if it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self) -> str:
        """Give the end of the log, for a message about a program that did not come up."""
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-5:])
