"""The experiments, claims and figures of Pehlevan and Chklovskii (2014), one module per group of experiments."""
