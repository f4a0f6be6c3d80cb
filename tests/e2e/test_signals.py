"""Signals at awkward moments: none of them may end the daemon in any way but the orderly one."""

import signal

from support import configs
from support.polling import eventually


def reloads(gateway):
    return sum("configuration reloaded" in line or "unchanged" in line for line in gateway.logs)


def test_reloads_in_a_row_end_nothing(start, tmp_path, upstream):
    config = configs.one(tmp_path, upstream)
    gateway = start(config)
    for round_ in range(40):
        gateway.write({**config, "log": {"level": ["info", "debug"][round_ % 2]}})
        for _ in range(25):
            gateway.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: reloads(gateway) > 0)
    assert gateway.alive()


def test_a_stop_right_after_the_start_is_orderly(start, tmp_path, upstream):
    """`start` demands exit code 0 of each."""
    for _ in range(15):
        start(configs.one(tmp_path, upstream)).stop()
