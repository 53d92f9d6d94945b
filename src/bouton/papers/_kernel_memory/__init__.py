"""Parts of the paper `kernel-memory`: sizes, runs, claims, figures."""
