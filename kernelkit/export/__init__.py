"""Kernels written down for people and programs; one format a file."""
