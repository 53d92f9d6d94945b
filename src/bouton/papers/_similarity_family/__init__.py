"""The similarity matching family, a section per module: each has its settings, claims, figures and what measures them.

A section exports `CLAIMS`, `FIGURES`, `SCALES` (settings by scale), `measure(settings, seed)` and `circuits(settings)`;
names of claims, figures and results begin with the section's. Whatever is heavy is imported when it is needed.
"""
