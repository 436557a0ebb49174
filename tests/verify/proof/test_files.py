"""Files that others may have put there are read only if they are plain; ours are written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from logbits.verify.proof.files import is_folder, read_regular, unfinished, write_whole


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_whole(file, b"one")
    write_whole(file, b"two")
    assert read_regular(file) == read_regular(file, 3) == b"two"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_only_so_much_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abcd")
    with pytest.raises(OSError, match="is longer than 3 bytes"):
        read_regular(tmp_path / "file", 3)


def test_links_pipes_folders_and_devices_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="is a symbolic link"):
        read_regular(tmp_path / "link")
    for each in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(OSError, match="is no regular file"):
            read_regular(each)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "none")


def test_links_to_folders_are_no_folders(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert is_folder(tmp_path)
    assert not is_folder(tmp_path / "link")
    assert not is_folder(tmp_path / "none")


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = tmp_path / "file"
    write_whole(file, b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*file'"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert not unfinished(file).exists()


def test_a_link_in_place_of_the_unfinished_file_is_not_written_through(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    unfinished(tmp_path / "file").symlink_to(other)
    write_whole(tmp_path / "file", b"new")
    assert (other.read_bytes(), (tmp_path / "file").read_bytes()) == (b"mine", b"new")
