"""The claims: the criteria of the reference runs R1 to R6 and theory, all chosen before this code was run.

The reference runs are independent runs of the paper's equations; the protocols of its figures were not at hand.
"""

from bouton.papers._frame import Claim
from bouton.papers._relations import AtLeast, AtMost, Between, IsTrue

__all__ = ["CLAIMS"]

_FULL = ("laptop", "paper")
"""Where networks are large enough for theory and for the reference runs."""


def _difference(results, kernel, count):
    """Return trained minus equal recall of digits without noise."""
    at = list(results["R3.kernels"]).index(kernel), list(results["R3.patterns"]).index(count)
    equal, trained = results["R3.recalled"][at[1], at[0], :, 0]
    return float(trained - equal)


def _kappa_errors(results):
    from bouton.memory import gardner_stability

    theory = [gardner_stability(load) for load in results["R1.loads"]]
    return abs(results["R1.stabilities"].mean(axis=1) - theory)


def _support_errors(results):
    from bouton.memory import gardner_stability, support_share

    return abs(results["R1.support"] - [support_share(gardner_stability(load)) for load in results["R1.loads"]])


def _crossing(results):
    """Return equal coefficients' recall of 100 and of 200 patterns by the cubic network, without noise."""
    counts = list(results["R2.cubic.patterns"])
    return [float(results["R2.cubic"][counts.index(count), 0, 0]) for count in (100, 200)]


def _cover_errors(results):
    """Return deviations in standard errors of theory."""
    import numpy as np

    theory = results["R5.theory"]
    return abs(results["R5.measured"] - theory) / np.sqrt(theory * (1 - theory) / results["R5.trials"])


def _slope(results):
    import numpy as np

    return float(np.polyfit(np.log(results["R6.locations"]), np.log(results["R6.errors"]), 1)[0])


def _stores(results):
    equal, trained = results["R6.recalled"][list(results["R6.patterns"]).index(results["R6.count"])]
    return [bool(trained == 1), bool(equal < 0.5)]


_BINARY = (
    Claim(
        "R1.stability",
        "The margin of the optimal linear network is Gardner's: deviation of its mean over neurons, at M/N = 0.5, 1 "
        "and 1.5.",
        "kappa = 1.034, 0.471, 0.186",
        "Gardner 1988; criterion of reference run R1",
        AtMost(0.02),
        _kappa_errors,
        scales=_FULL,
    ),
    Claim(
        "R1.support",
        "So is the share of patterns that are support vectors, the normal distribution at the margin: deviation.",
        "0.850, 0.681, 0.574",
        "Gardner 1988; criterion of reference run R1",
        AtMost(0.02),
        _support_errors,
        scales=_FULL,
    ),
    Claim(
        "R2.stored",
        "With optimal coefficients every pattern is a fixed point as long as there are fewer than twice the dimension "
        "of features: least share recalled without noise, over all kernels and numbers of patterns.",
        1.0,
        "Cover's bound; criterion of reference run R2",
        AtLeast(1.0),
        lambda results: [float(results[f"R2.{name}"][:, 1, 0].min()) for name in ("linear", "cubic", "exponential")],
    ),
    Claim(
        "R2.equal",
        "With equal coefficients, those of the dense Hopfield network, recall with F = x^3 falls below half between "
        "100 and 200 patterns of 50 neurons: share recalled at 100 minus a half, and a half minus that at 200.",
        "0.90 and 0.37 in the reference run; 107 patterns without errors by Krotov and Hopfield's bound",
        "criterion of reference run R2",
        AtLeast(0.0),
        lambda results: [_crossing(results)[0] - 0.5, 0.5 - _crossing(results)[1]],
        scales=_FULL,
    ),
    Claim(
        "R2.trained",
        "Optimal coefficients recall at least as many patterns as equal ones at every level of noise: least "
        "difference, linear and cubic.",
        "at least -0.05",
        "section 3; criterion of reference run R2",
        AtLeast(-0.05),
        lambda results: [
            float((results[f"R2.{name}"][:, 1] - results[f"R2.{name}"][:, 0]).min()) for name in ("linear", "cubic")
        ],
    ),
    Claim(
        "R2.exponential",
        "Where the kernel separates patterns already, equal coefficients are near-optimal: difference of the "
        "exponential network at every level of noise.",
        "-0.04 to 0 in the reference run",
        "criterion of reference run R2",
        Between(-0.06, 0.06),
        lambda results: results["R2.exponential"][0, 1] - results["R2.exponential"][0, 0],
    ),
    Claim(
        "R3.digits",
        "Correlated patterns need trained coefficients: difference of the shares of digits recalled without noise, "
        "exponential kernel with b = 1/8, 50 and 200 digits.",
        "0.64 and 0.99 in the reference run",
        "criterion of reference run R3",
        AtLeast(0.4),
        lambda results: [_difference(results, "exp 1/8", count) for count in (50, 200)],
        scales=_FULL,
    ),
)

_CONTINUOUS = (
    Claim(
        "R4.sure",
        "All states within the bound converge to their pattern: least share recalled from half, nine tenths and all of "
        "it.",
        1.0,
        "theorem of the basin; criterion of reference run R4",
        AtLeast(1.0),
        lambda results: results["R4.recalled"][:, :, results["R4.shares"] <= 1].ravel(),
    ),
    Claim(
        "R4.tight",
        "The bound is nearly tight: share recalled from 1.3 times the bound, beta = 20 for all sizes, beta = 10 for 16 "
        "and 32 neurons.",
        0.0,
        "criterion of reference run R4",
        AtMost(0.0),
        lambda results: [*results["R4.recalled"][3, :, -1], *results["R4.recalled"][2, :2, -1]],
        scales=_FULL,
    ),
    Claim(
        "R4.fraction",
        "The basin stays a fixed share of the least distance as patterns and neurons grow, for beta = 20.",
        "0.433, 0.432, 0.429",
        "criterion of reference run R4",
        Between(0.40, 0.46),
        lambda results: results["R4.bounds"][3],
        scales=_FULL,
    ),
)

_CAPACITY = (
    Claim(
        "R5.cover",
        "Random labels of M inputs are separable with Cover's probability: deviations at all M, in standard errors.",
        "0.965, 0.744, 0.500, 0.276, 0.080",
        "Cover 1965; criterion of reference run R5",
        AtMost(4.0),
        _cover_errors,
    ),
    Claim(
        "R6.limit",
        "The kernel of a sparse distributed memory comes to that of all addresses as one over the root of the number "
        "of locations: slope in logarithms.",
        -0.5,
        "criterion of reference run R6",
        Between(-0.7, -0.3),
        _slope,
    ),
    Claim(
        "R6.stores",
        "Trained, a sparse distributed memory stores as many associations as it has locations; with counters, less "
        "than half of these are recalled.",
        "twice as many by Cover's bound",
        "section 3; bounds of ours, set before measuring",
        IsTrue(),
        _stores,
        scales=_FULL,
    ),
)

CLAIMS = (*_BINARY, *_CONTINUOUS, *_CAPACITY)
