"""The catalogue: kernels of the field by name, as published and made consistent."""
