"""Formats by their first bytes."""

import pytest
from images.seeds import files

from kernelkit.errors import InputError
from kernelkit.images.content import HEAD, format_of


@pytest.mark.parametrize("name", files())
def test_what_others_write_is_told(name):
    form = format_of(files()[name][:HEAD], name)
    assert {"pgm": "netpbm", "ppm": "netpbm", "pbm": "netpbm", "bigtiff": "tiff"}.get(
        name.split(" ", maxsplit=1)[0], name.split(" ", maxsplit=1)[0]
    ) == form


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"GIF89a", "gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "webp"),
        (b"\x00\x00\x00\x1cftypavif", "avif"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jpeg 2000"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x89HDF\r\n\x1a\n", "hdf5"),
        (b"SIMPLE  =                    T", "fits"),
        (b"%PDF-1.7", "pdf"),
        (b"\x00\x01\x02", "no image of a format"),
        (b"", "is empty"),
    ],
)
def test_what_is_not_read_here_is_called_by_its_name(head, kind):
    with pytest.raises(InputError, match=kind):
        format_of(head, "a.png")
