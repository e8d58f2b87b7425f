"""Learning kernels from images: the post's layer and loop, the exact answer, and what the data can tell."""
