"""How Python itself is set up in a long-running service: its garbage collector and its switching of threads.

Both were measured: at the defaults the collector took a seventh of a process that handles events in batches, and
database threads waited up to 5 ms for the event loop at every row.
"""

import gc
import sys

SWITCH_INTERVAL = 0.0005  # Seconds.
COLLECT_AFTER = (20_000, 50, 50)  # New objects until the collector looks, and how often it looks deeper.


def tune_interpreter() -> None:
    """Set this process up; to be called once, after everything was imported and built."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.collect()
    gc.freeze()  # What is there now lives as long as the process: it is never looked at again.
    gc.set_threshold(*COLLECT_AFTER)
