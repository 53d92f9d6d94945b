"""What the locality audit finds: a table of pathways, what each synapse sees, and the verdicts."""

from dataclasses import dataclass

__all__ = ["Audit", "Feedback", "PathwayAudit", "Seen"]


@dataclass(frozen=True)
class Seen:
    """One quantity that a rule is handed.

    Parameters
    ----------
    name : str
        Operand and field, as in ``post.activity``.
    shape : tuple of int
        Shape over the whole pathway.
    scope : str
        What one synapse sees of it.
    used : bool
        Whether the rule's result depends on it.
    derives_from : tuple of str
        Parts of the state and the input that it derives from.
    local : bool
        False if a synapse could not know it.
    """

    name: str
    shape: tuple[int, ...]
    scope: str
    used: bool
    derives_from: tuple[str, ...]
    local: bool


@dataclass(frozen=True)
class Feedback:
    """A value that a rule is handed and that the transpose of weights brought.

    Parameters
    ----------
    name : str
        Operand and field.
    pathway : str
        Whose weights were transposed.
    learnable : bool
        Whether synapses of its own, in the other direction, could learn these weights: the weights learn from the two
        activities that such a synapse joins, since what it brings drives the presynaptic activity that they learn from,
        and a synapse forgets what it began with.
    """

    name: str
    pathway: str
    learnable: bool

    def __str__(self) -> str:
        return f"{self.name} by the transpose of {self.pathway}"


@dataclass(frozen=True)
class PathwayAudit:
    """What the audit found for one application of a rule to one pathway.

    Parameters
    ----------
    pathway, rule, summary : str
        Where the circuit holds its synapses; class and first line of the rule.
    shape : tuple of int
        Of the synaptic arrays; of a sparse projection, neurons on either side.
    seen : tuple of Seen
        What the rule is handed.
    reasons : tuple of str
        What is not local about it.
    feedback : tuple of Feedback
        What it is handed by the transpose of weights.
    """

    pathway: str
    rule: str
    summary: str
    shape: tuple[int, ...]
    seen: tuple[Seen, ...]
    reasons: tuple[str, ...]
    feedback: tuple[Feedback, ...] = ()

    @property
    def local(self) -> bool:
        """Whether every synapse changes by what it is handed itself, be it by weight transport."""
        return not self.reasons

    @property
    def transport(self) -> tuple[Feedback, ...]:
        """The feedback that takes transposed weights which no synapses of its own could learn."""
        return tuple(each for each in self.feedback if not each.learnable)

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        if self.reasons:
            return "NOT LOCAL: " + "; ".join(self.reasons)
        return f"local, with weight transport: {'; '.join(map(str, self.transport))}" if self.transport else "local"


@dataclass(frozen=True)
class Audit:
    """The locality table of a circuit.

    Parameters
    ----------
    circuit : str
        Name of the circuit.
    pathways : tuple of PathwayAudit
        One entry per application of a rule in a step.
    reasons : tuple of str
        What was found outside the rules: synaptic arrays changed by other means.
    """

    circuit: str
    pathways: tuple[PathwayAudit, ...]
    reasons: tuple[str, ...]

    @property
    def local(self) -> bool:
        """Whether synapses were found that learn by a rule, and nothing non-local; `transport` is another question."""
        return bool(self.pathways) and not self.reasons and all(pathway.local for pathway in self.pathways)

    @property
    def transport(self) -> bool:
        """Whether a rule is handed what only transposed weights bring, as in backpropagation."""
        return any(pathway.transport for pathway in self.pathways)

    def rows(self) -> list[dict[str, str]]:
        """Return the table as rows of text: one per pathway, and one per change outside a rule."""
        table = [
            {
                "circuit": self.circuit,
                "pathway": pathway.pathway,
                "rule": pathway.rule,
                "what it does": pathway.summary,
                "synapses": " x ".join(map(str, pathway.shape)),
                "each synapse sees": "; ".join(f"{seen.name} ({seen.scope})" for seen in pathway.seen if seen.used),
                "derived from": "; ".join(
                    f"{seen.name}: {', '.join(seen.derives_from) or 'constants'}" for seen in pathway.seen if seen.used
                ),
                "feedback": "; ".join(
                    f"{each}, which synapses of its own could learn" for each in pathway.feedback if each.learnable
                ),
                "verdict": pathway.verdict,
            }
            for pathway in self.pathways
        ]
        if not table and not self.reasons:
            row = dict.fromkeys(("circuit", "pathway", "rule", "verdict"), "")
            nothing = "nothing to audit: no synapses that learn by a rule were found"
            return [row | {"circuit": self.circuit, "verdict": nothing}]
        for reason in self.reasons:
            row = dict.fromkeys(table[0] if table else ("circuit", "pathway", "rule", "verdict"), "")
            table.append(
                row | {"circuit": self.circuit, "pathway": "outside any rule", "verdict": f"NOT LOCAL: {reason}"}
            )
        return table
