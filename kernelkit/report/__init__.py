"""Exercises and their answers as values; rendering them is for later rooms."""
