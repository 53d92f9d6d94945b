"""A paper: citation, statements and the sections it is made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from bouton.errors import InputError
from bouton.papers._frame import Requirement, Section, Statement, names_of_their_own

__all__ = ["Paper"]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Paper:
    """A published system: citation, statements and sections.

    Parameters
    ----------
    name : str
        The slug used on the command line: the package's name with hyphens ("online-snmf" for `online_snmf`).
    title : str
        Title of the publication.
    authors : tuple of str
        Each as "Given Family" or "Family, Given".
    year : int
        Year of publication.
    topic : str
        The topic folder the system lives in, for example "similarity".
    bibtex : str
        The BibTeX entry.
    url : str
        Where the paper is found: the address of its DOI or of its preprint.
    summary : str
        One paragraph: what the system is and what is reproduced here.
    statements : tuple of Statement
        What the paper says, in the order in which the page tells it.
    sections : tuple of str, or mapping of str to Section
        The experiments: names of modules of the paper's package, each with a `SECTION`; or the sections themselves.
    main_figure : tuple of str, optional
        Section and name of the figure that the page leads with. Default: the first there is.
    requires : tuple of Requirement
        Optional packages the sections need.

    Raises
    ------
    InputError
        If the name is no slug, there is no section, or a name occurs twice.
    """

    name: str
    title: str
    authors: tuple[str, ...]
    year: int
    topic: str
    bibtex: str
    url: str
    summary: str
    statements: tuple[Statement, ...]
    sections: tuple[str, ...] | Mapping[str, Section]
    main_figure: tuple[str, str] | None = None
    requires: tuple[Requirement, ...] = field(default=())

    def __post_init__(self):
        if not _SLUG.fullmatch(self.name):
            raise InputError(f"a paper's name must be lower-case words joined by hyphens, got {self.name!r}")
        if not self.sections:
            raise InputError(f"the paper {self.name} must have at least one section")
        names_of_their_own("section", list(self.sections))
        names_of_their_own("statement", [statement.name for statement in self.statements])

    @property
    def byline(self) -> str:
        """The authors in one line, given names first."""
        return ", ".join(" ".join(reversed(author.split(", ", 1))) for author in self.authors)

    @property
    def citation(self) -> str:
        """The short citation, for example "Pehlevan & Chklovskii 2014"."""
        families = [author.split(", ")[0] if ", " in author else author.split()[-1] for author in self.authors]
        named = " & ".join(families) if len(families) <= 2 else f"{families[0]} et al."
        return f"{named} {self.year}"

    def section(self, name: str) -> Section:
        """Return a section by its name; this is what imports it.

        Parameters
        ----------
        name : str
            One of `sections`.

        Returns
        -------
        Section

        Raises
        ------
        InputError
            If there is no such section, or a check of it bears on no statement of the paper.
        """
        if name not in self.sections:
            raise InputError(f"{self.name} has no section {name!r}: it has {', '.join(self.sections)}")
        if isinstance(self.sections, Mapping):
            section = self.sections[name]
        else:
            section = import_module(f"bouton.papers.{self.name.replace('-', '_')}.{name}").SECTION
        known = {statement.name for statement in self.statements}
        for check in section.checks:
            if check.on and check.on not in known:
                raise InputError(f"the check {name}.{check.name} of {self.name} bears on no statement: {check.on!r}")
        return section

    def settings(self, scale: str, section: str) -> Any:
        """Return the settings of one section at one scale.

        Parameters
        ----------
        scale : str
            "smoke", "laptop" or "paper".
        section : str
            One of `sections`.

        Returns
        -------
        dataclass

        Raises
        ------
        InputError
            If the section has no such scale.
        """
        settings = self.section(section).settings
        if scale not in settings:
            raise InputError(f"scale must be one of {', '.join(settings)} for {self.name}, got {scale!r}")
        return settings[scale]
