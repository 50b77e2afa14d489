"""Whether what lies in a folder outlives a container."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.wiring.lasting import lasts

MOUNTS = r"""
602 485 0:56 / / ro,relatime - overlay overlay ro,lowerdir=/a,upperdir=/b,workdir=/c
603 602 0:58 / /proc rw,nosuid - proc proc rw
604 602 0:59 / /tmp rw - tmpfs tmpfs rw
612 602 254:0 /volumes/store/_data /var/lib/syncd rw,relatime master:1 - ext4 /dev/vda1 rw
613 602 254:0 /a\040b /srv/a\040b rw,relatime - ext4 /dev/vda1 rw
614 612 0:60 / /var/lib/syncd/cache rw - tmpfs tmpfs rw
""".strip()


@pytest.mark.parametrize(
    ("folder", "kept"),
    [
        ("/var/lib/syncd", True),
        ("/var/lib/syncd/inside", True),
        ("/srv/a b", True),
        ("/var/lib/syncd-other", False),
        ("/var/lib", False),
        ("/tmp/syncd", False),  # noqa: S108 - a line of the table above
        ("/var/lib/syncd/cache", False),
    ],
)
def test_only_a_volume_outlives_it(folder: str, kept: bool) -> None:
    """The longest mount point counts, the later where two are the same."""
    assert lasts(Path(folder), MOUNTS) is kept


def test_what_is_mounted_over_another_counts() -> None:
    """The last line of a place is what is seen there."""
    over = MOUNTS + "\n615 612 0:61 / /var/lib/syncd rw - tmpfs tmpfs rw"
    assert not lasts(Path("/var/lib/syncd"), over)
