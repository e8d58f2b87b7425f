"""Kernels applied to images and volumes: right at the borders, in stated units, at the speed of memory."""
