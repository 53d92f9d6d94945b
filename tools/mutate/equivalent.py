"""Mutants that no law can notice, since they compute the same: by name, with the reason."""

__all__ = ["EQUIVALENT"]

_ZERO = "zero, whatever it is multiplied with: the variable does not change"
_LIKE = "zeros of the shape of a variable, whatever its value"
_NOT_READ = "divides by it where the quotient is not read"
_SIGN = "only whether it is above zero counts"
_EVEN = "its absolute value is taken"
_SQUARED = "it is squared"
_TRUTH = "only whether it is zero counts"
_TWICE = "the first of a tuple, which stays the first of twice the tuple"
_SPARE = "a trace that is not read where the symmetry is zero"
_WRAPS = "computes the same, wrapped or not: what it is wrapped for is compilation"

EQUIVALENT = {
    **{
        f"{rule}.__call__: `{new}` for `{old}`": _ZERO
        for rule, variable, other in (
            ("CorrelationMultiplier", "synapse.bound", "synapse.multiplier"),
            ("Structured", "synapse.constant", "synapse.weight"),
        )
        for new, old in (
            (f"0 / {variable}", f"0 * {variable}"),
            ("0", f"0 * {variable}"),
            (f"2 * {variable}", variable),
            (f"-{variable}", variable),
            (other, variable),
        )
    },
    **{
        f"InstantaneousVoltageHebb.__call__: `{new}` for `synapse.recent_potentiation`": _LIKE
        for new in ("2 * synapse.recent_potentiation", "-synapse.recent_potentiation", "synapse.weight")
    },
    **{
        f"Descent.__call__: `{new}` for `synapse.{variable}`": _LIKE
        for variable, other in (("change", "noise"), ("noise", "change"))
        for new in (f"2 * synapse.{variable}", f"-synapse.{variable}", f"synapse.{other}", "synapse.weight")
    },
    "as_module: `PlainFunction(function)` for `PlainFunction(function) if plain else function`": _WRAPS,
    "as_module: `function` for `PlainFunction(function) if plain else function`": _WRAPS,
    "SynapticScaling.gain: `0.0 / post` for `0.0 * post`": _ZERO,
    "SynapticScaling.gain: `0.0` for `0.0 * post`": _ZERO,
    "CumulativeHebb.gain: `2 * post.cumulative_activity` for `post.cumulative_activity`": _SIGN,
    "CumulativeHebb.gain: `2` for `1`": _NOT_READ,
    "CumulativeHebb.gain: `0` for `1`": _NOT_READ,
    "AssemblySTDP.post_readouts: `(ExponentialTrace(self.depression_time),)` for "
    "`(ExponentialTrace(self.depression_time),) if self.symmetry else ()`": _SPARE,
    **{
        f"AssemblySTDP.post_readouts: `{new}` for `self.symmetry`": _TRUTH
        for new in (
            "2 * self.symmetry",
            "-self.symmetry",
            "self.rate",
            "self.depression",
            "self.potentiation_time",
            "self.depression_time",
            "self.maximum",
        )
    },
    "AssemblySTDP.__call__: `2 * pre.readouts` for `pre.readouts`": _TWICE,
    "AssemblySTDP.__call__: `2 * post.readouts` for `post.readouts`": _TWICE,
    **{
        f"RewardModulatedSTDP.{method}: `{new}` for `synapse.eligibility`": _LIKE
        for method in ("on_pre", "on_post")
        for new in ("2 * synapse.eligibility", "-synapse.eligibility", "synapse.weight")
    },
    "RelevantSequenceOrder.product: `-post.output` for `post.output`": _EVEN,
}
