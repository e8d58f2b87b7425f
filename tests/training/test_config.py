"""A configuration refuses what means nothing, and comes back whole from json."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.errors import InputError
from kernelkit.training.config import (
    Augmentation,
    Compilation,
    Config,
    Inputs,
    Layout,
    Normalisation,
    Optimiser,
    Precision,
    Schedule,
    differences,
    from_dict,
    get_args,
)

PLAIN = Config(net="lenet", size=28)
WORDS = {
    "optimiser": Optimiser,
    "schedule": Schedule,
    "inputs": Inputs,
    "augmentation": Augmentation,
    "normalisation": Normalisation,
    "precision": Precision,
    "layout": Layout,
    "compilation": Compilation,
}
SHARES = st.floats(0, 1, exclude_max=True)
CONFIGS = st.builds(
    Config,
    net=st.sampled_from(["lenet", "alexnet"]),
    size=st.integers(1, 512),
    recipe=st.text(max_size=8),
    options=st.sampled_from([(), (("activation", "relu"), ("widths", (20, 40)), ("padding", 0))]),
    epochs=st.integers(1, 1000),
    batch=st.integers(2, 4096),
    lr=st.floats(1e-9, 1e3),
    weight_decay=SHARES,
    label_smoothing=SHARES,
    averaging=SHARES,
    validation=st.integers(1, 10_000),
    patience=st.integers(0, 20),
    subset=st.integers(0, 60_000),
    seed=st.integers(0, 2**63 - 1),
    **{name: st.sampled_from(get_args(words)) for name, words in WORDS.items()},
)


@given(CONFIGS)
def test_a_configuration_comes_back_from_json(config):
    back = from_dict(json.loads(json.dumps(config.as_dict())))
    assert back == config
    assert hash(back) == hash(config)
    assert differences(back, config) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[(name, "sideways") for name in WORDS],
        *[(name, 0) for name in ("size", "epochs", "batch", "lr")],
        *[
            (name, -1)
            for name in ("size", "epochs", "batch", "lr", "validation", "subset", "patience", "seed")
        ],
        *[(name, 1.5) for name in ("size", "epochs", "batch", "validation", "subset", "patience", "seed")],
        *[(name, float("nan")) for name in ("lr", "weight_decay", "label_smoothing", "averaging")],
        ("lr", float("inf")),
        *[(name, 1.0) for name in ("weight_decay", "label_smoothing", "averaging")],
        *[(name, -0.1) for name in ("weight_decay", "label_smoothing", "averaging")],
    ],
)
def test_what_means_nothing_is_refused_by_its_name(field, value):
    with pytest.raises(InputError, match=field):
        PLAIN.with_changes(**{field: value})


def test_early_stopping_without_validation_would_choose_on_test_images():
    with pytest.raises(InputError, match="early stopping needs validation"):
        PLAIN.with_changes(patience=3, validation=0)


def test_a_batch_of_one_image_has_no_variance_to_normalise_by():
    assert PLAIN.with_changes(batch=1).batch == 1
    with pytest.raises(InputError, match="batches of one image"):
        PLAIN.with_changes(batch=1, normalisation="batch")


def test_fields_nobody_knows_are_refused():
    with pytest.raises(InputError, match="has no learning_rate"):
        PLAIN.with_changes(learning_rate=0.1)


def test_a_configuration_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PLAIN.lr = 1.0
    assert PLAIN.with_changes(lr=0.5).lr == 0.5
    assert PLAIN.lr == 0.1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda values: values.pop("lr"),
        lambda values: values.update(momentum=0.9),
        lambda values: values.update(lr="0.1"),
        lambda values: values.update(lr=None),
        lambda values: values.update(epochs=2.0),
        lambda values: values.update(epochs=True),
        lambda values: values.update(net=3),
        lambda values: values.update(optimiser=["sgd"]),
        lambda values: values.update(optimiser="adam"),
        lambda values: values.update(options=[["activation", "relu"]]),
        lambda values: values.update(options=None),
    ],
)
def test_a_damaged_record_is_refused(spoil):
    values = PLAIN.as_dict()
    spoil(values)
    with pytest.raises(InputError):
        from_dict(values)


@pytest.mark.parametrize("values", [[], "lenet", None, 3])
def test_what_is_no_table_is_refused(values):
    with pytest.raises(InputError, match="a configuration is a table"):
        from_dict(values)


def test_differences_are_the_changed_fields_with_both_values():
    other = PLAIN.with_changes(lr=0.5, options=(("activation", "relu"),))
    assert differences(PLAIN, other) == ("lr 0.1 and 0.5", "activation as posted and relu")


def test_differences_of_several_numbers_read_as_they_are_typed():
    one, other = (PLAIN.with_changes(options=(("widths", widths),)) for widths in ((6, 16), (20, 40)))
    assert differences(one, other) == ("widths 6,16 and 20,40",)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[(name, 5) for name in ("net", "recipe", "initialisation", "options")],
        *[(name, None) for name in ("net", "lr", "epochs", "optimiser", "options")],
        ("options", (5,)),
        ("options", (("widths", [20, 40]),)),
        ("options", {"activation": "relu"}),
        ("options", (("activation", "relu", "tanh"),)),
        *[("options", ((name, 5),)) for name in ("classes", "channels", "size")],
    ],
)
def test_a_field_of_another_kind_is_refused_when_it_is_given(field, value):
    with pytest.raises(InputError):
        PLAIN.with_changes(**{field: value})


def test_a_way_out_of_a_bad_value_is_one_on_the_command_line_and_in_python():
    for changes in ({"patience": 3, "validation": 0}, {"batch": 1, "normalisation": "batch"}):
        with pytest.raises(InputError) as refused:
            PLAIN.with_changes(**changes)
        assert "--" in refused.value.next
        assert "=" not in refused.value.next


@pytest.mark.parametrize(
    ("field", "value", "plain"),
    [
        ("lr", np.float32(0.5), 0.5),
        ("lr", np.float64(0.5), 0.5),
        ("lr", np.array(0.5), 0.5),
        ("batch", np.int64(32), 32),
        ("size", np.uint8(32), 32),
        ("recipe", np.str_("mine"), "mine"),
        (
            "options",
            (("padding", np.int32(1)), ("widths", (np.int64(20), 40))),
            (("padding", 1), ("widths", (20, 40))),
        ),
    ],
    ids=str,
)
def test_numbers_of_numpy_become_those_of_python(field, value, plain):
    config = PLAIN.with_changes(**{field: value})
    assert config == PLAIN.with_changes(**{field: plain})
    assert from_dict(json.loads(json.dumps(config.as_dict()))) == config


@pytest.mark.parametrize("value", [np.bool_(True), np.array([1, 2]), np.float64("nan"), True])  # noqa: FBT003
def test_what_is_no_number_is_none_in_numpy_either(value):
    for field in ("batch", "lr"):
        with pytest.raises(InputError, match=field):
            PLAIN.with_changes(**{field: value})
