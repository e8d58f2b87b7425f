"""What kernels do to signals and images: spectra, direction, noise, separability, edges."""
