"""A reservoir learns to produce signals from reward alone, where a working memory lends it a clock.

Sources: R. Pogodin, D. Corneil, A. Seeholzer, J. Heng, W. Gerstner, arXiv:1910.10559, 2019; FORCE: D. Sussillo, L. F.
Abbott, Neuron 63:544, 2009; delayed reward: T. Miconi, eLife 6:e20899, 2017. The circuits are those of
`bouton.behaviour`. Parameters and order of operations are those of the authors' programs; the figures' values were not
at hand, and what decides here are runs of an independent program of the same equations.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("arXiv:1910.10559, abstract")

PAPER = Paper(
    name="reservoir-working-memory",
    title="Working memory facilitates reward-modulated Hebbian learning in recurrent neural networks",
    authors=("Pogodin, Roman", "Corneil, Dane", "Seeholzer, Alexander", "Heng, Joseph", "Gerstner, Wulfram"),
    year=2019,
    topic="behaviour",
    bibtex="""@article{pogodin2019working,
  author  = {Pogodin, Roman and Corneil, Dane and Seeholzer, Alexander and Heng, Joseph and Gerstner, Wulfram},
  title   = {Working memory facilitates reward-modulated {H}ebbian learning in recurrent neural networks},
  journal = {arXiv preprint arXiv:1910.10559},
  year    = {2019}
}""",
    url="https://arxiv.org/abs/1910.10559",
    summary="A chaotic network of rates has a linear readout that is fed back to it, and that is to produce a signal "
    "or draw a digit. FORCE learns it by recursive least squares, with the signed error and a matrix that no synapse "
    "could hold. A synapse by itself has its presynaptic rate and the exploratory noise of its readout neuron, and is "
    "told whether the performance has just become better: that is slow and unreliable. With a second network, a sheet "
    "on which a bump of activity travels always the same way, the reservoir has a clock, and the local rule does as "
    "well. Here: the short signal with and without the sheet, FORCE in the same network and by itself, a longer "
    "signal, digits drawn from cues, the bump, what the rules do on average, and Miconi's rule for delayed reward. "
    "Networks are those of the paper, 1000 units and a sheet of 50 x 50; there are fewer of them, periods are fewer, "
    "and the long signal lasts 3 s in place of 10.",
    statements=(
        Statement(
            "facilitates",
            "Working memory facilitates reward-modulated Hebbian learning in recurrent neural networks.",
            basis.paper("arXiv:1910.10559, title"),
        ),
        Statement(
            "as-force",
            "With a working memory, reward-modulated Hebbian learning performs as well as FORCE on complicated "
            "sequences.",
            _ABSTRACT,
        ),
        Statement(
            "local",
            "Reward-modulated Hebbian learning is local but for a scalar reward; FORCE is not.",
            basis.paper("arXiv:1910.10559", recalled=True),
        ),
        Statement(
            "clock",
            "A bump of activity forms on the sheet, travels, and takes the same way again from the same start.",
            basis.paper("arXiv:1910.10559", recalled=True),
        ),
        Statement(
            "drawing",
            "Cued by a bump that starts in different places, one network draws several digits.",
            basis.paper("arXiv:1910.10559", recalled=True),
        ),
        Statement(
            "autonomous",
            "After FORCE learning the network produces the pattern by itself.",
            basis.paper("Neuron 63:544, 2009", recalled=True),
        ),
        Statement(
            "gradient",
            "Exploration that counts by how much better the performance is than usual climbs the performance on "
            "average.",
            basis.theory("mean change under independent uniform exploration"),
        ),
        Statement(
            "delayed",
            "A local rule learns a task from the errors of whole trials, in about 1000 trials.",
            basis.authors("comments of the program of eLife 6:e20899, 2017"),
        ),
    ),
    sections=(
        *("signal", "force", "autonomous", "long_signal", "drawing", "bump", "sweeps", "exploration", "delayed_reward"),
    ),
    main_figure=("drawing", "digits"),
)
