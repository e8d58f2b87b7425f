"""Cards of nets in words: text, json and markdown."""

import json

import pytest
import torch
from torch import nn

from kernelkit.errors import UnknownNameError
from kernelkit.explain.card import FORMATS, MOST_SPANS, WIDTH, memory_text, told, unread_text
from kernelkit.nets.card import card
from kernelkit.nets.known import build
from kernelkit.nets.lenet import lenet

MANY = nn.Sequential(
    nn.Conv2d(64, 64, (3, 5), stride=(1, 2), padding=1, dilation=(2, 3), groups=64),
    nn.MaxPool2d((3, 2), stride=(2, 3), padding=1, ceil_mode=True),
)


def flat(text):
    return " ".join(text.split())


def alexnet(shape=(1, 224, 224), **options):
    """Return the card of the post's AlexNet, whose weights take no memory."""
    with torch.device("meta"):
        return card(build("alexnet"), shape, **options)


def test_the_text_says_layers_costs_unread_input_and_identity():
    text = flat(told(alexnet(batch=128)))
    assert "0 Conv2d 11 stride 4 padding 1 96 x 54 x 54 11,712 33,872,256 11 4 -1" in text
    assert "12 MaxPool2d 3 stride 2 256 x 5 x 5 195 32 -65" in text
    assert "together 46,764,746 938,146,176" in text
    assert "5 convolutional and 3 fully connected: 8 learned layers" in text
    assert "convolutions 3,723,968 (7.96%), fully connected 43,040,778 (92.04%)" in text
    assert "convolutions 895,113,600 (95.41%), fully connected 43,032,576 (4.59%)" in text
    assert "rows and columns 218 to 223 of the input are read by nothing" in text
    assert "heights and widths from 193 to 224 leave maps of this size" in text
    assert "not torchvision's (64/192/384/256/256 maps, 61,100,840 parameters)" in text
    assert """the post's "8 convolutional and 5 fully connected" layers are 5 and 3""" in text


@pytest.mark.parametrize("found", [alexnet(), card(lenet()), card(MANY, (64, 1000, 1030))])
def test_no_line_of_the_text_is_wider_than_the_page(found):
    assert max(map(len, told(found).splitlines())) <= WIDTH


def test_kinds_with_many_options_are_cut_in_the_text_and_whole_in_json():
    found = card(MANY, (64, 1000, 1030))
    assert "..." in told(found)
    options = [entry["options"] for entry in json.loads(told(found, "json"))["layers"]]
    assert options[0] == "3x5 stride 1x2 padding 1 dilation 2x3 groups 64"


def test_json_reads_back_and_has_its_schema():
    read = json.loads(told(alexnet(batch=2, precision="bfloat16", optimiser="adam"), "json"))
    assert read["schema"] == "kernelkit/1"
    assert read["counts"] == {"convolutional": 5, "fully_connected": 3, "learned": 8}
    assert (read["parameters"], read["multiply_adds"]) == (46_764_746, 938_146_176)
    assert read["unread_rows"] == read["unread_columns"] == [218, 219, 220, 221, 222, 223]
    assert read["heights_with_the_same_maps"] == [193, 224]
    assert [entry["receptive_field"] for entry in read["layers"]][12] == [195, 195]
    memory = read["memory_bytes"]
    assert memory["weights"] == 2 * 46_764_746
    assert memory["total"] == sum(size for name, size in memory.items() if name != "total")


def test_markdown_has_a_table_of_eight_columns_and_a_list():
    lines = told(card(lenet()), "markdown").splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 2 + 12 + 1
    assert {line.count("|") for line in table} == {9}
    assert "- parameters: 61,706: convolutions 2,572 (4.17%), fully connected 59,134 (95.83%)" in lines


def test_nets_that_read_everything_say_so():
    assert unread_text(card(lenet())) == "every row and column of the input is read"


def test_rows_and_columns_unread_are_told_apart():
    net = nn.Sequential(nn.Conv2d(1, 1, 2, stride=(1, 4)))
    text = unread_text(card(net, (1, 8, 12)))
    assert text == "columns 2 to 3, 6 to 7, 10 to 11 of the input are read by nothing"
    both = nn.Sequential(nn.Conv2d(1, 1, 2, stride=(2, 3)))
    assert unread_text(card(both, (1, 9, 9))) == "rows 8 and columns 2, 5, 8 of the input are read by nothing"


def test_many_runs_of_unread_rows_are_counted():
    net = nn.Sequential(nn.Conv2d(1, 1, 1, stride=2))
    text = unread_text(card(net, (1, 40, 40)))
    assert text.startswith("rows and columns 1, 3, 5, 7, 9, 11")
    assert f"and {20 - MOST_SPANS} more of the input" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {},
            "weights 178.4, gradients 178.4, state of momentum 178.4, values kept for the backward pass of 256",
        ),
        ({"optimiser": "adamw"}, "state of adamw 356.8"),
        ({"precision": "bfloat16"}, "training in bfloat16 takes"),
    ],
)
def test_memory_is_told_in_mebibytes(options, words):
    assert words in memory_text(alexnet(**options))


def test_an_optimiser_that_remembers_nothing_is_not_mentioned():
    text = memory_text(card(lenet(), optimiser="sgd", batch=1))
    assert "state" not in text
    assert "weights 0.235, gradients 0.235, values kept for the backward pass of 1 image 0.0338" in text


def test_a_net_without_windows_or_parameters_is_told_too():
    text = told(card(nn.Sequential(nn.Flatten()), (1, 4, 4)))
    assert "unread" not in text
    assert "0 convolutional and 0 fully connected: 0 learned layers" in text
    assert "MiB: weights 0.0" in flat(text)


def test_unknown_formats_are_refused():
    with pytest.raises(UnknownNameError) as refused:
        told(card(lenet()), "html")
    assert all(form in str(refused.value) for form in FORMATS)
