"""Local plasticity rules can learn deep representations using self-supervised contrastive predictions.

Source: B. Illing, J. Ventura, G. Bellec, W. Gerstner, NeurIPS 2021, arXiv:2010.08262, and the code published with it.
The published experiments are images of STL-10, speech of LibriSpeech and films of UCF-101, on graphics processors; what
is asked here is which orderings carry over to small images and synthetic speech. The circuits are those of
`bouton.credit.predictive`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract", recalled=True)
_RESULTS = basis.paper("results", recalled=True)

PAPER = Paper(
    name="clapp",
    title="Local plasticity rules can learn deep representations using self-supervised contrastive predictions",
    authors=("Illing, Bernd", "Ventura, Jean", "Bellec, Guillaume", "Gerstner, Wulfram"),
    year=2021,
    topic="credit",
    bibtex="""@inproceedings{illing2021local,
  author    = {Illing, Bernd and Ventura, Jean and Bellec, Guillaume and Gerstner, Wulfram},
  title     = {Local plasticity rules can learn deep representations using self-supervised contrastive predictions},
  booktitle = {Advances in Neural Information Processing Systems},
  volume    = {34},
  pages     = {30365--30379},
  year      = {2021}
}""",
    url="https://arxiv.org/abs/2010.08262",
    summary="A deep encoder learns layer by layer, without labels, without backpropagation in or between layers, and "
    "without stored negatives. While the gaze stays, the activity of a layer now is to predict its activity soon; "
    "right after a saccade the prediction is to fail. Descent of each layer's hinge loss is a Hebbian rule with a "
    "modulator that reaches the whole layer and a prediction that arrives at the dendrite. The published experiments "
    "need graphics processors and data that no package carries; the ones here are small, on digits and synthetic "
    "speech: what layers are worth by a linear probe, local against end to end, and what each factor of the rule is "
    "for.",
    statements=(
        Statement("deep", "The rule builds deep representations: deeper layers are worth more.", _ABSTRACT),
        Statement("comparable", "Layers that learn locally come close to learning end to end.", _RESULTS),
        Statement("factors", "The modulator and the dendritic prediction are both needed.", _RESULTS),
        Statement("transport", "Symmetric weights are not needed.", _RESULTS),
        Statement("modalities", "The rule applies to images, speech and video.", _ABSTRACT),
        Statement(
            "percentages",
            "On STL-10, LibriSpeech and UCF-101, layers that learn by the rule are close to Greedy InfoMax.",
            _RESULTS,
            not_asked="these data are in no package, and the networks need graphics processors",
        ),
    ),
    sections=("patches", "family", "ablations", "convolution", "views", "speech"),
    main_figure=("patches", "layers"),
)
