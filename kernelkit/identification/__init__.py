"""Identification: which operator a kernel computes, and which known kernel it is."""
