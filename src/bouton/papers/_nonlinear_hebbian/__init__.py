"""The experiments, claims and figures of Brito and Gerstner (2016), one module per group of experiments."""
