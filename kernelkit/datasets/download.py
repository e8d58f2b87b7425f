"""Data sets fetched from where their authors publish them, into the user's cache, by pooch."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from kernelkit.datasets.identity import one_part, published
from kernelkit.datasets.idx import read_content
from kernelkit.datasets.locate import Files, by_hand, cache
from kernelkit.errors import DatasetError, MissingExtraError

if TYPE_CHECKING:
    from kernelkit.datasets.identity import Kind, Part

SERVERS = {
    # the data set's own address, in its README, and a mirror that torchvision uses
    "fashion-mnist": "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "mnist": "https://ossci-datasets.s3.amazonaws.com/mnist/",
}

FILES: dict[tuple[Part, Kind], str] = {
    ("train", "images"): "train-images-idx3-ubyte.gz",
    ("train", "labels"): "train-labels-idx1-ubyte.gz",
    ("test", "images"): "t10k-images-idx3-ubyte.gz",
    ("test", "labels"): "t10k-labels-idx1-ubyte.gz",
}

PACKED_MD5 = {
    # of the packed files on the servers: README.md of zalandoresearch/fashion-mnist, and for MNIST
    # torchvision/datasets/mnist.py of pytorch/vision
    "fashion-mnist": {
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    },
    "mnist": {
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    },
}


def fetch(name: str, part: Part) -> Files:
    """Fetch the two files of a part into the user's cache, unless they are there, and check what they hold.

    Parameters
    ----------
    name
        fashion-mnist or mnist.
    part
        train or test.

    Raises
    ------
    MissingExtraError
        pooch is not installed.
    DatasetError
        The server cannot be reached, or gives other files than the published ones; none is kept.
    """
    asked, chosen = published(name), one_part(part)
    if importlib.util.find_spec("pooch") is None:
        raise MissingExtraError(
            f"fetching {asked.title} needs pooch, which is not installed",
            why="nothing else here uses the network",
            next='pip install "kernelkit[data]"',
        )
    images, labels = (_fetched(name, chosen, kind) for kind in ("images", "labels"))
    return Files(images, labels)


def _fetched(name: str, part: Part, kind: Kind) -> Path:
    import pooch

    file = FILES[part, kind]
    address = SERVERS[name] + file
    try:
        path = pooch.retrieve(
            address, known_hash=f"md5:{PACKED_MD5[name][file]}", fname=file, path=cache(name)
        )
    except (OSError, ValueError) as failed:  # of the network, of the disk; a wrong hash
        raise DatasetError(
            f"{address} cannot be fetched",
            why=_reason(failed, cache(name)),
            next=f"try again later; or {by_hand(name)}",
        ) from failed
    found, expected = read_content(path).md5, published(name).md5[part, kind]
    if found != expected:
        raise DatasetError(
            f"{str(path)!r} does not hold the {kind} of {published(name).title}, {part} part",
            why=f"its content has the MD5 {found}, expected is {expected}",
            next="remove it and report this: the published file has changed",
        )
    return Path(path)


def _reason(failed: OSError | ValueError, folder: Path) -> str:
    """Say why nothing was fetched; exceptions of the network are known by what they carry, those of a disk too."""
    if isinstance(failed, ValueError):
        return "what came has another hash than the published file and was not kept; it may be a page of the network"
    if (answer := getattr(failed, "response", None)) is not None:
        return f"its server answers with the status {answer.status_code}"
    if failed.strerror:
        return f"it cannot be kept in {folder}: {failed.strerror.lower()}"
    return "its server cannot be reached: there may be no network, or a proxy or a firewall that refuses"
