"""Edges of images: where they are, to a fraction of a pixel, and the same however the image is turned or negated."""
