"""Folding sentences."""

from kernelkit.explain.paragraphs import WIDTH, paragraph


def test_no_line_is_longer_than_the_width_and_no_word_is_lost():
    text = " ".join(f"word{i}" for i in range(200))
    folded = paragraph(text, indent="    ")
    assert max(map(len, folded.splitlines())) <= WIDTH
    assert folded.split() == text.split()
    assert all(line.startswith("    ") for line in folded.splitlines()[1:])


def test_long_numbers_are_not_broken():
    assert "1" * 200 in paragraph("the number " + "1" * 200)
