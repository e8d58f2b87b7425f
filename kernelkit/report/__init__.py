"""Exercises and their answers as values, and the reports written from them."""
