"""A checkpoint comes back as it was, or is refused in words; nothing in one is ever executed."""

import errno
import importlib.util
import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import nn

from kernelkit.errors import CheckpointError, InputError, MissingExtraError, OutputError
from kernelkit.training.checkpoint import KEY, SCHEMA, fill, load_checkpoint, part, save_checkpoint

TENSORS = {
    "net.0.weight": torch.arange(24, dtype=torch.float32).view(2, 3, 2, 2) / 7,
    "last": torch.randn(2, 3, 4, 4, generator=torch.Generator().manual_seed(0)).contiguous(
        memory_format=torch.channels_last
    ),
    "turned": torch.arange(6.0).view(2, 3).T,
    "double": torch.tensor([1 / 3, float("inf"), float("nan"), -0.0], dtype=torch.float64),
    "half": torch.tensor([0.1, -2.0], dtype=torch.float16),
    "brain": torch.tensor([0.1, -2.0], dtype=torch.bfloat16),
    "count": torch.tensor(2**62),
    "bytes": torch.arange(5, dtype=torch.uint8),
    "truth": torch.tensor([True, False]),
    "nothing": torch.zeros(0, 3),
}
FACTS = {
    "config": {"net": "lenet", "options": {"widths": [20, 40]}},
    "step": 12,
    "history": [{"epoch": 1, "validation_loss": None}],
    "name": 'Kleider "und" Schuhe, 服装',
}


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "kept.safetensors"
    save_checkpoint(path, TENSORS, FACTS)
    return path


def same(one, other):
    """Compare bit by bit, so that nan is nan."""
    return (
        one.dtype == other.dtype
        and one.shape == other.shape
        and one.contiguous().view(-1).view(torch.uint8).equal(other.contiguous().view(-1).view(torch.uint8))
    )


def test_tensors_and_facts_come_back_as_they_were(kept):
    tensors, facts = load_checkpoint(kept)
    assert tensors.keys() == TENSORS.keys()
    assert all(same(tensor, TENSORS[name]) for name, tensor in tensors.items())
    assert facts == {"schema": SCHEMA, **FACTS}


MANY = """
import sys, torch
from kernelkit.training.checkpoint import save_checkpoint
tensors = {name: torch.ones(len(name)) for name in ("b", "a", "ccc")}
save_checkpoint(sys.argv[1], tensors, {"name": "服装"}, {f"{n}.stride": "1,1" for n in range(9)})
"""


def test_the_same_save_gives_the_same_bytes_in_every_process(tmp_path):
    """Metadata of ten entries come out of the library in one of 3,628,800 orders."""
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", MANY, tmp_path / seed],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert load_checkpoint(tmp_path / "1")[1]["name"] == "服装"
    assert header_end((tmp_path / "1").read_bytes()) % 8 == 0, "as the format advises"


@pytest.mark.parametrize("path", [None, 3])
def test_what_is_no_path_is_refused_by_what_it_is(path):
    with pytest.raises(InputError, match=f"not from {type(path).__name__}"):
        load_checkpoint(path)


def test_damage_and_files_from_elsewhere_lead_to_different_advice(kept):
    kept.write_bytes(kept.read_bytes()[:-1])
    with pytest.raises(CheckpointError) as refused:
        load_checkpoint(kept)
    assert "inspect" not in refused.value.next
    safetensors.torch.save_file({"w": torch.zeros(3)}, kept)
    with pytest.raises(CheckpointError) as refused:
        load_checkpoint(kept)
    assert "kernelkit inspect" in refused.value.next


def test_any_program_that_reads_safetensors_reads_the_tensors(kept):
    tensors = safetensors.torch.load_file(kept)
    assert all(same(tensors[name], tensor) for name, tensor in TENSORS.items())


def test_what_is_saved_needs_no_gradient_and_no_module(tmp_path):
    layer = nn.Linear(2, 3)
    save_checkpoint(tmp_path / "x", dict(layer.named_parameters()), {})
    tensors, _ = load_checkpoint(tmp_path / "x")
    assert same(tensors["weight"], layer.weight.detach())


def header_end(content):
    return 8 + int.from_bytes(content[:8], "little")


def test_a_file_cut_off_anywhere_is_refused(kept):
    """At every byte of the header and at many of the data, and also when something is left over."""
    content = kept.read_bytes()
    end = header_end(content)
    lengths = [*range(end + 1), *range(end, len(content), 7), len(content) - 1]
    for length in lengths:
        kept.write_bytes(content[:length])
        with pytest.raises(CheckpointError) as refused:
            load_checkpoint(kept)
        assert f"it holds {length} bytes" in str(refused.value)
    kept.write_bytes(content + b"\0")
    with pytest.raises(CheckpointError):
        load_checkpoint(kept)


@pytest.mark.parametrize("mask", [0x01, 0x20, 0xFF])
def test_a_changed_byte_of_the_header_leads_to_no_other_error(kept, mask):
    """It may go unseen, as in the name of a class; but what fails, fails with the words for it."""
    content = kept.read_bytes()
    refused = 0
    for place in range(header_end(content)):
        spoilt = bytearray(content)
        spoilt[place] ^= mask
        kept.write_bytes(spoilt)
        try:
            load_checkpoint(kept)
        except CheckpointError:
            refused += 1
    assert refused > header_end(content) // 10


class Evil:
    """A pickle that makes a file when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


NESTED = b'{"__metadata__":' + b'{"a":' * 50_000
CONTENTS = {
    "nothing": b"",
    "a page": b"<!DOCTYPE html>\n<html><body>404: Not Found</body></html>\n",
    "a header of a terabyte": (2**40).to_bytes(8, "little") + b"{}",
    "nested without end": len(NESTED).to_bytes(8, "little") + NESTED,
} | {
    kind: safetensors.torch.save({"net.0.weight": torch.zeros(3)}, metadata)
    for kind, metadata in {
        "weights of another program": None,
        "metadata of another program": {"format": "pt"},
        "facts that are no json": {KEY: "{'step': 3}"},
        "facts that are no table": {KEY: "[1, 2]"},
        "facts of another form": {KEY: json.dumps({"schema": "kernelkit/2", "step": 3})},
        "facts without a form": {KEY: "{}"},
    }.items()
}


def check_refused(path):
    """Assert that a file is refused by its name and with a next step."""
    with pytest.raises(CheckpointError) as refused:
        load_checkpoint(path)
    assert str(path) in str(refused.value)
    assert "next:" in str(refused.value)


@pytest.mark.parametrize("kind", CONTENTS)
def test_files_from_elsewhere_are_refused(kind, tmp_path):
    path = tmp_path / "found.safetensors"
    path.write_bytes(CONTENTS[kind])
    check_refused(path)


@pytest.mark.parametrize("write", [torch.save, lambda value, path: path.write_bytes(pickle.dumps(value))])
def test_code_in_a_file_is_never_executed(write, tmp_path):
    path = tmp_path / "found.safetensors"
    write({"net.0.weight": Evil(tmp_path / "executed")}, path)
    check_refused(path)
    assert not (tmp_path / "executed").exists()


def test_the_pickle_of_these_tests_does_execute_something(tmp_path):
    """Or it would show nothing that it does not."""
    pickle.loads(pickle.dumps(Evil(tmp_path / "executed")))
    assert (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing", "no such file"),
        (".", "is a directory"),
        ("kept.safetensors/inside", "not a directory"),
        ("a\0b", "null"),
        ("x" * 300, "too long"),
    ],
)
def test_what_cannot_be_read_is_said(kept, name, reason):
    with pytest.raises(CheckpointError, match=f"cannot be read: .*{reason}"):
        load_checkpoint(kept.parent / name)


@pytest.mark.parametrize("name", ["no/x", "kept.safetensors/x", ".", "x" * 300])
def test_where_nothing_can_be_written_is_said(kept, name):
    with pytest.raises(OutputError, match="cannot be written"):
        save_checkpoint(kept.parent / name, TENSORS, FACTS)
    assert list(kept.parent.iterdir()) == [kept]


def test_a_folder_without_permission_is_said_and_the_older_file_is_whole(kept, monkeypatch):
    before = kept.read_bytes()

    def forbidden(*_arguments, **_options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(tempfile, "mkstemp", forbidden)
    with pytest.raises(OutputError, match="permission denied"):
        save_checkpoint(kept, {"other": torch.ones(3)}, {})
    assert kept.read_bytes() == before


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_a_disk_that_fills_up_while_writing_leaves_the_older_file_whole_and_no_rest(kept, monkeypatch, share):
    before = kept.read_bytes()
    opened = os.fdopen

    class Filling:
        """A file that takes a share of what is written to it."""

        def __init__(self, handle, mode):
            self.file = opened(handle, mode)

        def __enter__(self):
            return self

        def __exit__(self, *_exception):
            self.file.close()

        def write(self, content):
            self.file.write(content[: int(share * len(content))])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fdopen", Filling)
    with pytest.raises(OutputError, match="no space left on device") as refused:
        save_checkpoint(kept, {"other": torch.ones(300)}, {})
    monkeypatch.undo()
    assert "--folder" in str(refused.value)
    assert kept.read_bytes() == before
    assert list(kept.parent.iterdir()) == [kept]
    assert load_checkpoint(kept)[1]["step"] == 12


def test_a_device_that_is_full_is_said():
    with pytest.raises(OutputError, match="no space left"):
        save_checkpoint("/dev/full", TENSORS, FACTS)


@pytest.mark.parametrize("act", [lambda path: save_checkpoint(path, TENSORS, FACTS), load_checkpoint])
def test_without_safetensors_the_way_to_it_is_said(kept, monkeypatch, act):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "safetensors" else found(name, *rest)
    )
    before = kept.read_bytes()
    with pytest.raises(MissingExtraError, match="safetensors") as refused:
        act(kept)
    assert 'pip install "kernelkit[learn]"' in str(refused.value)
    assert kept.read_bytes() == before


def net(units=3, *, seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, units), nn.BatchNorm1d(units), nn.Linear(units, 2))


def test_a_net_is_filled_with_all_that_another_one_holds():
    one, other = net(seed=0), net(seed=1)
    other[1].running_mean += 3
    fill(one, other.state_dict(), source="other")
    assert all(torch.equal(tensor, other.state_dict()[name]) for name, tensor in one.state_dict().items())


def test_weights_of_another_net_are_refused_with_both_shapes_and_nothing_is_changed():
    one, other = net(3), net(5, seed=1)
    before = {name: tensor.clone() for name, tensor in one.state_dict().items()}
    with pytest.raises(CheckpointError, match=r"runs/x holds the weights of another net") as refused:
        fill(one, other.state_dict(), source="runs/x")
    assert "0.weight is (5, 2) and should be (3, 2)" in str(refused.value)
    assert "and 3 more" in str(refused.value), "seven tensors differ, and four are named"
    assert all(torch.equal(tensor, before[name]) for name, tensor in one.state_dict().items())


def test_missing_and_superfluous_weights_are_named():
    state = net().state_dict()
    state["2.gain"] = state.pop("2.bias")
    with pytest.raises(CheckpointError) as refused:
        fill(net(), state, source="x")
    assert "2.bias is absent and should be (2,)" in str(refused.value)
    assert "2.gain is (2,) and should be absent" in str(refused.value)


def test_parts_are_what_their_names_begin_with():
    tensors = {"net.0.weight": torch.ones(1), "network": torch.ones(2), "average.net.0": torch.ones(3)}
    assert {name: len(tensor) for name, tensor in part(tensors, "net.").items()} == {"0.weight": 1}
    assert {name: len(tensor) for name, tensor in part(tensors, "average.").items()} == {"net.0": 3}


def test_a_single_flipped_bit_anywhere_in_the_numbers_is_noticed(tmp_path):
    path = tmp_path / "last.safetensors"
    save_checkpoint(path, TENSORS, FACTS)
    whole = path.read_bytes()
    start = 8 + int.from_bytes(whole[:8], "little")
    for place in range(start, len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        with pytest.raises(CheckpointError, match=r"is damaged|is no checkpoint"):
            load_checkpoint(path)
