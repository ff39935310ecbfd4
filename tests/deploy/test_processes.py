"""Programs of the embedded stack are started again when they die, and none outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from deploy.processes import Child, main_of, program


def child(tmp_path: Path, code: str) -> Child:
    return Child("worker", program([sys.executable, "-c", code]), os.environ, tmp_path / "worker.log")


def gone_within(pid: int, seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().split(") ")[1].startswith("Z"):
            return True
        time.sleep(0.02)
    return False


def test_what_died_is_started_again_after_its_back_off(tmp_path: Path) -> None:
    worker = child(tmp_path, "")
    worker.start()
    assert worker.process is not None
    worker.process.join()

    at_once = worker.revive()
    worker.not_before = 0.0
    later = worker.revive()
    worker.stop()

    assert (at_once, later, worker.starts) == (False, True, 2)


def test_what_runs_is_left_alone(tmp_path: Path) -> None:
    worker = child(tmp_path, "import time; time.sleep(60)")
    worker.start()

    revived = worker.revive()
    worker.stop()

    assert (revived, worker.running) == (False, False)


def test_stopping_what_never_started_is_nothing(tmp_path: Path) -> None:
    child(tmp_path, "").stop()


def test_a_program_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    worker = child(tmp_path, code)
    worker.stop_seconds = 0.2
    worker.start()
    while not worker.last_words():
        time.sleep(0.01)

    worker.stop()

    assert not worker.running


def test_the_failure_of_a_module_is_in_the_log(tmp_path: Path) -> None:
    worker = Child("worker", main_of("tests.deploy.nowhere"), os.environ, tmp_path / "worker.log")
    worker.start()
    assert worker.process is not None
    worker.process.join()

    assert (worker.process.exitcode, "No module named" in worker.last_words()) == (1, True)


def test_a_process_has_its_environment_and_nothing_else(tmp_path: Path) -> None:
    code = "import os; print(sorted(os.environ))"
    worker = Child(
        "worker", program([sys.executable, "-Ec", code]), {"ONLY": "this"}, tmp_path / "worker.log"
    )
    worker.start()
    assert worker.process is not None
    worker.process.join()

    assert "ONLY" in worker.last_words()
    assert "PATH" not in worker.last_words()


def test_the_last_words_are_the_end_of_the_log(tmp_path: Path) -> None:
    worker = child(tmp_path, "print('\\n'.join(str(n) for n in range(9)))")

    before = worker.last_words()
    worker.start()
    assert worker.process is not None
    worker.process.join()

    assert (before, worker.last_words()) == ("", "4\n5\n6\n7\n8")


def test_a_killed_parent_leaves_no_program_behind(tmp_path: Path) -> None:
    code = (
        "import os, time; from pathlib import Path; from deploy.processes import Child\n"
        f"c = Child('x', lambda: time.sleep(60), os.environ, Path({str(tmp_path)!r}) / 'log')\n"
        "c.start(); print(c.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())

    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    assert gone_within(pid, 5)
