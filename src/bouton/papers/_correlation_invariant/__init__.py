"""Parts of the paper `correlation-invariant`: sizes, data, runs, claims, figures."""
