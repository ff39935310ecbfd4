"""Child processes of the embedded stack: started, watched, started again when they die, stopped with the parent."""

import ctypes
import importlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
STOP_SECONDS = 15.0  # A batch in flight may finish; then the process is killed.
POLL_SECONDS = 0.02
ENDING = (signal.SIGINT, signal.SIGTERM)

FORK = multiprocessing.get_context("fork")


@dataclass(slots=True)
class Child:
    """One process of the stack, forked from this one.

    Attributes:
        name: For messages and the log file.
        run: What it does: a `program`, or the `main` of a module.
        environment: Its whole environment.
        log: File that takes its output.
        stop_seconds: How long it may take to end before it is killed.
        starts: How often it was started; a growing number is a crash loop.
    """

    name: str
    run: Callable[[], None]
    environment: Mapping[str, str]
    log: Path
    stop_seconds: float = STOP_SECONDS
    starts: int = 0
    process: BaseProcess | None = field(default=None, repr=False)
    not_before: float = 0.0

    def start(self) -> None:
        """Start the process, its output appended to the log."""
        self.starts += 1
        self.not_before = time.monotonic() + min(2.0 ** (self.starts - 1), 30.0)
        self.process = FORK.Process(target=self._live)
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # Until the child has left our handlers.
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.is_alive()

    def revive(self) -> bool:
        """Start the process again if it died, no faster than its back-off allows; tells whether it did."""
        if self.running or time.monotonic() < self.not_before:
            return False
        self.start()
        return True

    def stop(self) -> None:
        """Ask the process to end, wait, and kill it if it does not."""
        if self.process is None or not self.running:
            return
        self.process.terminate()
        limit = time.monotonic() + self.stop_seconds
        while self.running and time.monotonic() < limit:
            time.sleep(POLL_SECONDS)  # `join` with a limit takes a program for ended once it was executed.
        self.process.kill()
        self.process.join()

    def last_words(self) -> str:
        """Give the end of the log, for a message about a process that did not come up."""
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-5:])

    def _live(self) -> None:
        os.setsid()  # Ctrl-C reaches the parent only, which then stops its children in order.
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        if sys.platform == "linux":  # A killed `duban up` leaves nothing behind.
            prctl = ctypes.CDLL(None).prctl
            prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            prctl(PR_SET_NAME, f"duban-{self.name}".encode())
        if (parent := multiprocessing.parent_process()) is None or parent.pid != os.getppid():
            return  # It was killed before we had asked.
        os.environ.clear()
        os.environ.update(self.environment)
        sys.stdout = sys.stderr = log = self.log.open("a", buffering=1, encoding="utf-8")
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
        self.run()


def program(command: Sequence[str]) -> Callable[[], None]:
    """Give what becomes another program."""
    return lambda: os.execv(command[0], list(command))  # noqa: S606 - our own programs.


def main_of(module: str) -> Callable[[], None]:
    """Give what runs a module's `main`; what this process has imported, it has too, at no cost."""
    return lambda: importlib.import_module(module).main()
