"""The exact core: kernels, functionals, derivations and proofs in rational arithmetic."""
