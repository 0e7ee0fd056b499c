"""A real file system that is as full as a test wants it."""

from __future__ import annotations

import ctypes
import os

import pytest

READ_ONLY, REMOUNT = 1, 32
"""Flags of mount(2)."""


class Disk:
    """A file system in memory of which the room can be changed."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        if self._mount(0, "size=64m"):
            pytest.skip("only who may mount can make a small disk")

    def _mount(self, flags, options):
        libc = ctypes.CDLL(None, use_errno=True)
        place, kind = str(self.folder).encode(), b"tmpfs"
        return libc.mount(kind, place, kind, flags, options.encode())

    def leave(self, room):
        """So many files more may be made, or so many blocks of 4 KiB filled."""
        used = os.statvfs(self.folder)
        files = used.f_files - used.f_ffree + room.get("files", 10_000)
        blocks = used.f_blocks - used.f_bfree + room.get("blocks", 10_000)
        assert self._mount(REMOUNT, f"nr_inodes={files},size={4096 * blocks}") == 0

    def lock(self):
        assert self._mount(REMOUNT | READ_ONLY, "") == 0

    def unmount(self):
        ctypes.CDLL(None).umount2(str(self.folder).encode(), 2)
