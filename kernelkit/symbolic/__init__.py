"""Kernels whose spacings are symbols, in closed form."""
