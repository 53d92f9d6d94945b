"""The claims about features: unmixed sources, natural images, digits."""

from bouton.papers._frame import Claim
from bouton.papers._relations import AtLeast, AtMost, Between, Near

__all__ = ["DIGIT_CLAIMS", "IMAGE_CLAIMS", "MIXTURE_CLAIMS"]

_LOCAL_OPTIMA = (
    "Seen at laptop scale: local optima, where units share sources; in double precision about 15 of 40 seeds end in "
    "one too. The reference does not state the number of available units; here it is that of the sources."
)
# A unit that serves two sources correlates with neither as well as this on average over all sources.
_MERGED_BELOW = 0.95


def _per_seed(results, name):
    return results[f"R4.{name}.correlations"].mean(axis=1)


MIXTURE_CLAIMS = (
    Claim(
        "R4.correlation",
        "Units discover the sparse sources of a linear mixture: mean correlation of matched pairs, every seed, second "
        "half of 2000 samples.",
        "0.987 to 0.999 for 6 seeds",
        "abstract (sparse feature discovery); numbers of reference run R4",
        AtLeast(0.98),
        lambda results: _per_seed(results, "short"),
        remark=_LOCAL_OPTIMA,
    ),
    Claim(
        "R4.cost",
        "The similarities of the sources are nearly reproduced (relative cost, mean of the seeds; 0 is attainable).",
        0.006,
        "reference run R4",
        AtMost(0.02),
        lambda results: results["R4.short.cost"].mean(),
        remark=_LOCAL_OPTIMA,
    ),
    Claim(
        "R4.best",
        "Over 10000 samples the best of three seeds finds all sources.",
        "at least 0.99",
        "reference run R4",
        AtLeast(0.99),
        lambda results: _per_seed(results, "long")[:3].max(),
    ),
    Claim(
        "R4.merged",
        "Some seeds end in a local optimum, where one unit serves two sources (seeds of six below 0.95).",
        "2 of 6, at 0.87 to 0.90",
        "reference run R4",
        Between(1, 4),
        lambda results: int((_per_seed(results, "long") < _MERGED_BELOW).sum()),
    ),
    Claim(
        "R4.dense",
        "Sources that are active half of the time are found too (10000 samples, every seed).",
        "0.977 to 0.997",
        "reference run R4",
        AtLeast(0.97),
        lambda results: _per_seed(results, "dense"),
        remark=_LOCAL_OPTIMA,
    ),
)

IMAGE_CLAIMS = (
    Claim(
        "R5.selectivity",
        "Features of natural images are oriented (median orientation selectivity).",
        "0.67 to 0.73",
        "abstract (sparse feature discovery); number of reference run R5",
        AtLeast(0.5),
        lambda results: _median(results["R5.selectivity"]),
    ),
    Claim(
        "R5.selectivity-random",
        "Random vectors of the whitened space are not (median orientation selectivity).",
        0.15,
        "reference run R5",
        Near(0.15, 0.05),
        lambda results: _median(results["R5.random_selectivity"]),
    ),
    Claim(
        "R5.oriented",
        "Share of features with an orientation selectivity above 0.5.",
        "0.72 to 0.78",
        "reference run R5",
        Near(0.75, 0.1),
        lambda results: (results["R5.selectivity"] > 0.5).mean(),
        remark="Seen at laptop scale: with 64 units it varies, 0.72, 0.77 and 0.69 for seeds 1 to 3; with the 144 "
        "units of the largest scale it lies in the range for seed 0.",
    ),
    Claim(
        "R5.oriented-random",
        "Share of random vectors with an orientation selectivity above 0.5.",
        0.0,
        "reference run R5",
        AtMost(0.02),
        lambda results: (results["R5.random_selectivity"] > 0.5).mean(),
    ),
    Claim(
        "R5.kurtosis",
        "Linear responses of the features are heavy-tailed (kurtosis, mean over the units; a Gaussian has 3).",
        "21 to 24",
        "reference run R5",
        Near(22.5, 5),
        lambda results: results["R5.kurtosis"].mean(),
        remark="Seen with seed 0: the median over the units lies in the published range, a few very selective ones "
        "raise the mean. The reference does not say which of the two it gives.",
    ),
    Claim(
        "R5.kurtosis-ratio",
        "They are more heavy-tailed than those of random vectors (ratio of the mean kurtoses).",
        "more than 1.5 times; 21 to 24 against 9.5",
        "reference run R5",
        AtLeast(1.5),
        lambda results: results["R5.kurtosis"].mean() / results["R5.random_kurtosis"].mean(),
    ),
    Claim(
        "R5.active",
        "Answers are sparse: share of units that answer a patch.",
        "0.15 to 0.20",
        "abstract (sparse feature discovery); number of reference run R5",
        Near(0.175, 0.05),
        lambda results: results["R5.active"],
    ),
    Claim(
        "R5.norm",
        "Mean length of the learned weight vectors.",
        "1.1 to 1.5",
        "reference run R5",
        Between(1.1, 1.5),
        lambda results: results["R5.norms"].mean(),
    ),
)


def _median(values):
    ordered = sorted(values.tolist())
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2


def _digits(name, statement, published, relation, case, quantity):
    def measure(results):
        return results[f"R6.{case}.{quantity}"].mean()

    return Claim(name, statement, published, "reference run R6", relation, measure)


DIGIT_CLAIMS = (
    _digits("R6.used", "On centred digits all 64 units are recruited.", 64, Near(64, 0), "many", "used"),
    _digits("R6.active", "Number of 64 units that answer a centred digit.", 11.7, Near(11.7, 1.5), "many", "active"),
    _digits(
        "R6.purity",
        "Share of digits that belong to the class of their most active unit (64 units, centred).",
        0.845,
        Near(0.845, 0.04),
        "many",
        "purity",
    ),
    _digits(
        "R6.accuracy",
        "Logistic regression on the answers names held-out digits (64 units, centred).",
        0.973,
        AtLeast(0.96),
        "many",
        "accuracy",
    ),
    _digits(
        "R6.raw",
        "Logistic regression on the pixels does about as well.",
        0.978,
        Near(0.978, 0.015),
        "raw",
        "accuracy",
    ),
    _digits(
        "R6.sweeps",
        "Sweeps per sample until the fast dynamics settle (64 units, centred).",
        25,
        AtMost(30),
        "many",
        "sweeps",
    ),
    _digits("R6.few-purity", "Purity with 20 units.", 0.758, Near(0.758, 0.05), "few", "purity"),
    _digits("R6.few-accuracy", "Accuracy with 20 units.", 0.926, AtLeast(0.9), "few", "accuracy"),
    _digits("R6.few-active", "Number of 20 units that answer a digit.", 5.0, Near(5, 1), "few", "active"),
    _digits(
        "R6.uncentred-purity",
        "Digits that were not centred are not clustered: purity with 20 units.",
        0.16,
        Near(0.16, 0.1),
        "uncentred",
        "purity",
    ),
    _digits(
        "R6.uncentred-accuracy",
        "Their answers, which are like parts, still tell the class (20 units).",
        0.958,
        AtLeast(0.93),
        "uncentred",
        "accuracy",
    ),
    _digits(
        "R6.uncentred-active",
        "Their answers are dense: number of 20 units that answer a digit.",
        15,
        Near(15, 3),
        "uncentred",
        "active",
    ),
    Claim(
        "R6.uncentred-sweeps",
        "They settle slowly: sweeps per sample against those of 64 units on centred digits (ratio).",
        "90 against 25",
        "reference run R6",
        AtLeast(2),
        lambda results: results["R6.uncentred.sweeps"].mean() / results["R6.many.sweeps"].mean(),
    ),
    _digits(
        "R6.forgetting",
        "A random start with forgetting 0.999 does as well (accuracy with 64 units, centred).",
        0.975,
        AtLeast(0.96),
        "forgetting",
        "accuracy",
    ),
    Claim(
        "R6.unipolar",
        "Activities, lateral weights and, for the non-negative pixels, feed-forward weights are never negative "
        "(smallest of each).",
        "unipolar activity and weights",
        "abstract",
        AtLeast(0),
        lambda results: results["R6.uncentred.smallest"].min(axis=0),
    ),
)
