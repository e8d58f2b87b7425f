"""Nets: the textbook's LeNet and AlexNet as plain stacks of layers, where they start, and what they cost."""
