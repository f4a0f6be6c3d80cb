"""Waiting for what can be observed, never for time to pass."""

import time


def eventually(condition, within=5.0, every=0.01):
    """The first truthy value of `condition()`, or its last value once `within` seconds are over."""
    deadline = time.monotonic() + within
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(every)
    return value
