"""Which images when: splits and shards use every image once, and seeds give everything again."""

import numpy as np
import pytest
from golden.tables import rows
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.datasets.labelled import LabelledImages
from kernelkit.datasets.sampling import order, shards, split
from kernelkit.errors import InputError


def labelled(labels, classes=None):
    labels = np.array(labels, dtype=np.int64)
    names = tuple(map(str, range(classes or int(labels.max()) + 1)))
    return LabelledImages(np.zeros((len(labels), 1, 2, 2), np.uint8), labels, names, "test", "", "made")


LABELS = st.lists(st.integers(0, 4), min_size=2, max_size=60)


@given(LABELS, st.data(), st.integers(0, 2**70))
def test_a_split_is_a_partition_of_the_size_asked(labels, data, seed):
    kept = data.draw(st.integers(0, len(labels) - 1))
    train, validation = split(labelled(labels), kept, seed=seed)
    assert len(validation) == kept
    assert sorted([*train, *validation]) == list(range(len(labels)))
    assert train.tolist() == sorted(train)
    assert validation.tolist() == sorted(validation)
    assert train.dtype == validation.dtype == np.int64


@given(LABELS, st.data(), st.integers(0, 9))
def test_every_class_keeps_its_share_to_within_one(labels, data, seed):
    kept = data.draw(st.integers(0, len(labels) - 1))
    everything = labelled(labels, 5)
    found = np.bincount(everything.labels[split(everything, kept, seed=seed).validation], minlength=5)
    for count, share in zip(everything.counts, found.tolist(), strict=True):
        assert kept * count // len(labels) <= share <= -(-kept * count // len(labels))


def test_classes_of_one_size_are_kept_alike():
    data = labelled(list(range(10)) * 30)
    found = np.bincount(data.labels[split(data, 53, seed=0).validation])
    assert found.tolist() == [6, 6, 6, 5, 5, 5, 5, 5, 5, 5]


def test_seeds_give_splits_again_and_other_seeds_give_others():
    data = labelled(list(range(10)) * 30)
    first, again, other = (split(data, 50, seed=seed).validation for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_every_image_is_kept_about_as_often():
    """200 splits that keep a quarter: binomial, mean 50, deviation 6.1; five deviations are never passed."""
    data = labelled([0, 1] * 40)
    times = np.zeros(80, dtype=int)
    for seed in range(200):
        times[split(data, 20, seed=seed).validation] += 1
    assert times.sum() == 200 * 20
    assert abs(times - 50).max() < 31


@pytest.mark.parametrize("kept", [-1, 4, 5, 1.5, "1", None])
def test_splits_that_leave_nothing_to_train_on_are_refused(kept):
    with pytest.raises(InputError, match="validation"):
        split(labelled([0, 1, 0, 1]), kept, seed=0)


def test_orders_of_epochs_differ_and_come_again():
    """pytorch/pytorch#31771: without a seed an epoch, every epoch saw the same order."""
    (row,) = (row for row in rows("cases_learn") if row["id"] == "pytorch/pytorch#31771")
    given_, expected = row["input"], row["expected"]
    runs = [
        [
            order(given_["samples"], seed=given_["seed"], epoch=epoch).tolist()
            for epoch in range(given_["epochs"])
        ]
        for _ in range(2)
    ]
    assert (runs[0] == runs[1]) is expected["same_seed_same_orders"]
    different = len({tuple(o) for o in runs[0]}) == given_["epochs"]
    assert different is expected["orders_of_epochs_differ"]
    assert all(sorted(o) == list(range(given_["samples"])) for o in runs[0])


@given(st.integers(0, 300), st.integers(0, 2**70), st.integers(0, 10**6))
def test_an_order_is_a_permutation(count, seed, epoch):
    assert sorted(order(count, seed=seed, epoch=epoch)) == list(range(count))


def test_an_order_is_no_cyclic_pattern_of_its_seed():
    orders = {tuple(order(50, seed=seed, epoch=epoch)) for seed in range(10) for epoch in range(10)}
    assert len(orders) == 100


def test_first_places_are_even_over_epochs():
    """1000 epochs of 10 images: each comes first about 100 times, deviation 9.5."""
    first = np.bincount([order(10, seed=1, epoch=epoch)[0] for epoch in range(1000)], minlength=10)
    assert abs(first - 100).max() < 48


def test_an_order_is_that_of_the_random_words_of_its_seed():
    """NumPy promises the words of PCG64 and SeedSequence; its shuffles may change from one version to the next."""
    words = np.random.PCG64(np.random.SeedSequence(7, spawn_key=(1, 2))).random_raw(20).tolist()
    assert order(20, seed=7, epoch=2).tolist() == sorted(range(20), key=words.__getitem__)


@pytest.mark.parametrize(
    "wrong", [{"seed": -1, "epoch": 0}, {"seed": 0, "epoch": -1}, {"seed": 0.5, "epoch": 0}]
)
def test_negative_seeds_and_epochs_are_refused(wrong):
    with pytest.raises(InputError):
        order(3, **wrong)


def test_shards_count_every_sample_once():
    """numenta/nupic.research#264: shards padded to one length counted samples twice."""
    (row,) = rows("cases_learn", "shards", key="ask")
    found = shards(row["input"]["samples"], row["input"]["ranks"])
    assert [stop - start for start, stop in found] == row["expected"]["shard_sizes"]
    assert sum(stop - start for start, stop in found) == row["expected"]["right"]


@given(st.integers(0, 10**9), st.integers(1, 50))
def test_shards_are_contiguous_and_alike(count, parts):
    found = shards(count, parts)
    assert len(found) == parts
    assert [start for start, _ in found] + [count] == [0] + [stop for _, stop in found]
    sizes = [stop - start for start, stop in found]
    assert sizes == sorted(sizes, reverse=True)
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(("count", "parts"), [(-1, 2), (3, 0), (3, -1), (3, 1.5)])
def test_shards_of_nothing_or_for_nobody_are_refused(count, parts):
    with pytest.raises(InputError):
        shards(count, parts)
