"""Derivations and proofs told step by step, in plain text."""
