"""The similarity matching family: one objective, one kind of network, from principal subspaces to sources and kernels.

Source: C. Pehlevan, A. M. Sengupta, D. B. Chklovskii (2018), "Why do similarity matching objectives lead to
Hebbian/anti-Hebbian networks?", Neural Computation 30:84-124, and its siblings, cited on the page. The circuits are in
`bouton.similarity`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

PAPER = Paper(
    name="similarity-matching-family",
    title="Why Do Similarity Matching Objectives Lead to Hebbian/Anti-Hebbian Networks? The Family of Circuits",
    authors=("Pehlevan, Cengiz", "Sengupta, Anirvan M.", "Chklovskii, Dmitri B."),
    year=2018,
    topic="similarity",
    bibtex="""@article{pehlevan2018why,
  author  = {Pehlevan, Cengiz and Sengupta, Anirvan M. and Chklovskii, Dmitri B.},
  title   = {Why Do Similarity Matching Objectives Lead to {Hebbian}/Anti-{Hebbian} Networks?},
  journal = {Neural Computation}, volume = {30}, pages = {84--124}, year = {2018}, eprint = {1703.07914}
}
@article{pehlevan2015hebbian,
  author  = {Pehlevan, Cengiz and Hu, Tao and Chklovskii, Dmitri B.},
  title   = {A {Hebbian}/Anti-{Hebbian} Neural Network for Linear Subspace Learning},
  journal = {Neural Computation}, volume = {27}, pages = {1461--1495}, year = {2015}, eprint = {1503.00669}
}
@inproceedings{giovannucci2018efficient,
  author    = {Giovannucci, Andrea and Minden, Victor and Pehlevan, Cengiz and Chklovskii, Dmitri B.},
  title     = {Efficient Principal Subspace Projection of Streaming Data Through Fast Similarity Matching},
  booktitle = {IEEE International Conference on Big Data}, year = {2018}, eprint = {1808.02083}
}
@article{pehlevan2017blind,
  author  = {Pehlevan, Cengiz and Mohan, Sreyas and Chklovskii, Dmitri B.},
  title   = {Blind Nonnegative Source Separation Using Biological Neural Networks},
  journal = {Neural Computation}, volume = {29}, pages = {2925--2954}, year = {2017}
}
@inproceedings{hu2014hebbian,
  author    = {Hu, Tao and Pehlevan, Cengiz and Chklovskii, Dmitri B.},
  title     = {A {Hebbian}/Anti-{Hebbian} Network for Online Sparse Dictionary Learning Derived from Symmetric Matrix
               Factorization},
  booktitle = {48th Asilomar Conference on Signals, Systems and Computers}, year = {2014}, eprint = {1503.00690}
}
@inproceedings{sengupta2018manifold,
  author    = {Sengupta, Anirvan M. and Pehlevan, Cengiz and Tepper, Mariano and Genkin, Alexander and
               Chklovskii, Dmitri B.},
  title     = {Manifold-Tiling Localized Receptive Fields Are Optimal in Similarity-Preserving Neural Networks},
  booktitle = {Advances in Neural Information Processing Systems 31}, year = {2018}
}
@misc{seung2017correlation,
  author = {Seung, H. Sebastian and Zung, Jonathan},
  title  = {A Correlation Game for Unsupervised Learning Yields Computational Interpretations of {Hebbian} Excitation,
            Anti-{Hebbian} Inhibition, and Synapse Elimination},
  year   = {2017}, eprint = {1704.00646}
}
@inproceedings{luther2022kernel,
  author    = {Luther, Kyle and Seung, H. Sebastian},
  title     = {Kernel Similarity Matching with {Hebbian} Networks},
  booktitle = {Advances in Neural Information Processing Systems 35}, year = {2022}
}""",
    url="https://doi.org/10.1162/neco_a_01018",
    summary="Keeping the similarities of inputs in the outputs is an objective that a network of Hebbian feed-forward "
    "and anti-Hebbian lateral synapses solves online. Linear neurons give the principal subspace, and white outputs "
    "with interneurons; rectifying ones divide a ring, tile a manifold and, behind a whitening layer, separate "
    "sources; neurons with a dead zone learn sparse dictionaries; bounds on correlations make a game of it, and "
    "kernels take it beyond linear similarities. The papers' full texts were not available: what they say is taken "
    "from abstracts and the authors' code, and the numbers compared with come from theory or from runs of the same "
    "equations in NumPy. The forms of the sparse dictionary network and of the correlation game are recalled, the "
    "threshold of the one and the constants of the other are choices made here; so is that deviations from the mean "
    "are responses to the input's deviation, not differences from running means of every neuron.",
    statements=(
        Statement(
            "principal",
            "Linear neurons that match similarities online find the principal subspace of their input.",
            basis.paper("Pehlevan, Hu, Chklovskii 2015 and Pehlevan, Sengupta, Chklovskii 2018, abstracts"),
        ),
        Statement(
            "rest",
            "At rest the rows of the filter are orthonormal, and the eigenvalues of the lateral and the singular "
            "values of the feed-forward weights are the leading eigenvalues of the covariance.",
            basis.paper("Pehlevan, Hu, Chklovskii 2015 and Pehlevan, Sengupta, Chklovskii 2018, fixed points"),
        ),
        Statement(
            "local",
            "Similarity matching leads to local rules: Hebbian for feed-forward, anti-Hebbian for lateral synapses.",
            basis.paper("Pehlevan, Sengupta, Chklovskii 2018, title and abstract"),
        ),
        Statement(
            "fast",
            "A fast form that keeps the inverse of the lateral weights has the same outputs as the network.",
            basis.paper("Giovannucci, Minden, Pehlevan, Chklovskii 2018, abstract and the authors' package"),
        ),
        Statement(
            "whitening",
            "With interneurons the outputs become white, in the principal subspace where they are fewer than the "
            "inputs.",
            basis.paper("Pehlevan, Mohan, Chklovskii 2017 and a paper of 2015", recalled=True),
        ),
        Statement(
            "separation",
            "A whitening layer and a rectifying one separate sources that are not negative.",
            basis.paper("Pehlevan, Mohan, Chklovskii 2017", recalled=True),
        ),
        Statement(
            "tiling",
            "Receptive fields of rectifying neurons that preserve similarities are localised and tile the manifold of "
            "the inputs.",
            basis.paper("Sengupta, Pehlevan, Tepper, Genkin, Chklovskii 2018, title and abstract"),
        ),
        Statement(
            "cosines",
            "On a circle they are identical truncated cosines.",
            basis.paper("Sengupta, Pehlevan, Tepper, Genkin, Chklovskii 2018", recalled=True),
        ),
        Statement(
            "dictionary",
            "Neurons with a dead zone learn a sparse dictionary: of natural images, features like Gabor functions.",
            basis.paper("Hu, Pehlevan, Chklovskii 2014", recalled=True),
        ),
        Statement(
            "competition",
            "Its lateral weights are close to those of sparse coding, the overlaps of the features.",
            basis.paper("Hu, Pehlevan, Chklovskii 2014", recalled=True),
        ),
        Statement(
            "game",
            "In the correlation game, lateral weights are multipliers that keep the correlations of outputs below "
            "their bounds, and inhibition is there only where a bound is met.",
            basis.paper("Seung, Zung 2017", recalled=True),
        ),
        Statement(
            "elimination",
            "Competition of a neuron's excitatory synapses eliminates most of them.",
            basis.paper("Seung, Zung 2017, abstract: synapse elimination"),
        ),
        Statement(
            "parts",
            "The features that are learned resemble parts of objects.",
            basis.paper("Seung, Zung 2017, abstract"),
        ),
        Statement(
            "kernel",
            "A network whose synapses are learned features matches the similarities of a kernel.",
            basis.paper("Luther, Seung 2022, abstract"),
        ),
        Statement(
            "moons",
            "The responses to two half moons separate the moons, which the inputs do not.",
            basis.authors("notebook on half moons, a picture"),
        ),
    ),
    sections=(
        "principal",
        "whitening",
        "separation",
        "ring",
        "tiling",
        "tiling_network",
        "dictionary",
        "game",
        "kernel",
    ),
    main_figure=("tiling", "fields"),
)
