"""Fetching: from a server of this machine, into a cache of the test; what is wrong is not kept."""

import functools
import gzip
import hashlib
import importlib.util
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from datasets.idx_files import small

from kernelkit.datasets import download, identity
from kernelkit.datasets.load import load
from kernelkit.errors import DatasetError, InputError, MissingExtraError, UnknownNameError


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


ASKED: list[str] = []
"""What the server was asked for in this test."""


class Silent(SimpleHTTPRequestHandler):
    """A server of files that writes no log."""

    def log_message(self, *_):
        """Keep what was asked for."""
        ASKED.append(self.path)


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Start a server with a small data set in the place of MNIST, and an empty cache; nothing is found elsewhere."""
    pytest.importorskip("pooch", reason="pooch fetches the files")
    folder = small(tmp_path / "server", classes=10)
    images = folder / "train-images-idx3-ubyte"
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(images.read_bytes()))
    images.unlink()
    for kind, rank in (("images", 3), ("labels", 1)):
        file = f"train-{kind}-idx{rank}-ubyte.gz"
        packed = (folder / file).read_bytes()
        content = md5(gzip.decompress(packed))
        monkeypatch.setitem(download.PACKED_MD5["mnist"], file, md5(packed))
        monkeypatch.setitem(identity.MNIST.md5, ("train", kind), content)
        monkeypatch.setitem(identity._BY_MD5, content, identity.Known("mnist", "train", kind))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("KERNELKIT_DATA", raising=False)
    ASKED.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(folder))) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setitem(download.SERVERS, "mnist", f"http://127.0.0.1:{running.server_port}/")
        yield folder
        running.shutdown()
        thread.join()


def cached(tmp_path):
    return sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())


def test_what_is_missing_is_fetched_once(server, tmp_path):
    data = load("mnist", download="if missing")
    assert data.identity == "known by its content"
    assert data.source == str(tmp_path / "cache" / "kernelkit" / "mnist")
    assert cached(tmp_path) == sorted(path.name for path in server.iterdir())
    fetched = len(ASKED)
    assert fetched == 2
    again = load("mnist", download="if missing")
    assert np.array_equal(again.images, data.images)
    assert len(ASKED) == fetched


@pytest.mark.usefixtures("server")
def test_nothing_is_fetched_unless_asked(tmp_path):
    with pytest.raises(DatasetError, match="is not there"):
        load("mnist")
    assert ASKED == []
    assert cached(tmp_path) == []


def test_wrong_files_are_not_kept(server, tmp_path):
    (server / "train-images-idx3-ubyte.gz").write_bytes(b"<html>")
    with pytest.raises(DatasetError, match="cannot be fetched") as refused:
        load("mnist", download="if missing")
    assert "hash" in refused.value.why
    assert cached(tmp_path) == []


def test_a_missing_page_and_a_silent_server_are_named(server, tmp_path, monkeypatch):
    (server / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DatasetError, match="404"):
        load("mnist", download="if missing")
    monkeypatch.setitem(download.SERVERS, "mnist", "http://127.0.0.1:1/")
    (tmp_path / "cache" / "kernelkit" / "mnist" / "train-images-idx3-ubyte.gz").unlink()
    with pytest.raises(DatasetError, match="cannot be fetched") as refused:
        load("mnist", download="if missing")
    assert refused.value.what.startswith("http://127.0.0.1:1/train-images-idx3-ubyte.gz ")
    assert refused.value.why.startswith("its server cannot be reached")
    assert refused.value.__cause__ is not None
    for word in ("t10k-labels-idx1-ubyte.gz", "--data DIR"):
        assert word in refused.value.next


@pytest.mark.usefixtures("server")
def test_a_cache_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "cache").write_text("a file in its place")
    with pytest.raises(DatasetError, match="cannot be kept in") as refused:
        load("mnist", download="if missing")
    assert str(tmp_path / "cache") in refused.value.why


def test_a_damaged_file_in_the_cache_is_fetched_again(server, tmp_path):
    load("mnist", download="if missing")
    labels = tmp_path / "cache" / "kernelkit" / "mnist" / "train-labels-idx1-ubyte.gz"
    labels.write_bytes(labels.read_bytes()[:-9])
    files = download.fetch("mnist", "train")
    assert files.labels.read_bytes() == (server / labels.name).read_bytes()


@pytest.mark.usefixtures("server")
def test_content_is_checked_too(monkeypatch):
    monkeypatch.setitem(identity.MNIST.md5, ("train", "images"), "0" * 32)
    with pytest.raises(DatasetError, match="expected is 0000"):
        download.fetch("mnist", "train")


def test_without_pooch_the_command_that_installs_it_is_said(monkeypatch, tmp_path):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pooch" else find(name))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("KERNELKIT_DATA", raising=False)
    with pytest.raises(MissingExtraError) as refused:
        load("mnist", download="if missing")
    assert refused.value.next == 'pip install "kernelkit[data]"'


def test_fetched_data_go_to_the_cache_only(tmp_path):
    with pytest.raises(InputError, match="cache"):
        load("mnist", folder=tmp_path, download="if missing")


@pytest.mark.parametrize(("name", "part"), [("cifar", "train"), ("mnist", "trian")])
def test_what_is_not_published_is_not_fetched(name, part):
    with pytest.raises((InputError, UnknownNameError)):
        download.fetch(name, part)


@pytest.mark.parametrize("name", identity.PUBLISHED)
def test_every_published_data_set_can_be_fetched(name):
    assert set(download.PACKED_MD5[name]) == set(download.FILES.values())
    assert set(download.FILES) == set(identity.PUBLISHED[name].md5)
    assert download.SERVERS[name].startswith("http")
    assert not set(download.PACKED_MD5[name].values()) & set(identity.PUBLISHED[name].md5.values())
