"""The networks that similarity matching led to: one file per network."""
