"""Sphinx configuration. The gallery is made from the papers: one page each, run when the documentation is built."""

import os
import sys
import textwrap
from pathlib import Path

import bouton

bouton.fold_loops()

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from make_api_pages import write_api_pages  # noqa: E402
from make_tables import write_tables  # noqa: E402

write_api_pages(HERE / "api")
write_tables(HERE / "tables.md")

project = "bouton"
author = "The bouton developers"
copyright = "The bouton developers"
version = release = bouton.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
    "numpydoc",
    "myst_nb",
    "sphinx_gallery.gen_gallery",
]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb"}
exclude_patterns = ["_build", "gallery_source", "gallery/**.ipynb", "gallery/**.py", "gallery/**.json", "README.md"]
suppress_warnings = ["config.cache"]

myst_enable_extensions = ["dollarmath", "colon_fence"]
nb_execution_mode = "off"

autodoc_default_options = {
    "members": True,
    "show-inheritance": False,
    # What scikit-learn adds by itself, with references into its own pages.
    "exclude-members": ", ".join(
        f"set_{method}_request" for method in ("fit", "partial_fit", "predict", "score", "transform")
    ),
}
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = "bouton"
html_static_path = ["_static"]
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": False}
html_show_sourcelink = False


def as_comment(words: str) -> str:
    """Return plain words as lines of a comment; bars of absolute values mean something else in reStructuredText."""
    return "\n".join(f"# {line}" for line in textwrap.wrap(words.replace("|", "\\|"), 110))


def write_gallery_sources() -> Path:
    """Write one script per paper; sphinx-gallery runs them and shows their figures."""
    from bouton.papers import available, load

    folder = HERE / "gallery_source"
    folder.mkdir(exist_ok=True)
    for stale in folder.glob("*.py"):
        stale.unlink()
    (folder / "README.rst").write_text("Gallery\n=======\n\nEvery published system, run as this page was built.\n")
    scale = os.environ.get("BOUTON_GALLERY_SCALE", "laptop")
    store = os.environ.get("BOUTON_GALLERY_STORE", str(HERE.parent / "reports" / ("" if scale == "laptop" else scale)))
    for info in available():
        paper = load(info.name)
        text = [
            f'"""\n{paper.title}\n{"=" * len(paper.title)}\n\n{paper.byline} ({paper.year}).\n"""\n',
            f"# %%\n{as_comment(paper.summary)}\n",
            "from bouton.papers import load, measure, reproduce\n",
            f'paper = load("{paper.name}")\n'
            f'outcome = reproduce(paper, "{scale}", out=STORE, progress=print)\n'
            f'results = measure(paper, "{scale}", out=STORE)\n',
        ]
        drawn = [(name, figure) for name in paper.sections for figure in paper.section(name).figures]
        drawn.sort(key=lambda pair: (pair[0], pair[1].name) != paper.main_figure)
        for number, (name, figure) in enumerate(drawn):
            index = paper.section(name).figures.index(figure)
            draw = f'figure = paper.section("{name}").figures[{index}].draw(results["{name}"])\n'
            text.append(f"# %%\n{as_comment(figure.caption)}\n{draw}")
            if number == 0:
                text.append(CLAIMS)
        text.append(FURTHER)
        reference = HERE.parent / "references" / f"{paper.name.replace('-', '_')}.py"
        if reference.exists():
            text.append(
                "# %%\n# The reference program: the published algorithm in plain NumPy, which the library is held to.\n"
                f"print(open({str(reference)!r}, encoding='utf-8').read())\n"
            )
        script = "\n".join(text).replace("STORE", repr(store))
        (folder / f"plot_{paper.name.replace('-', '_')}.py").write_text(script)
    return folder


CLAIMS = """# %%
# What the paper claims, and what was measured here.
from bouton.report import BASES

for statement in outcome.statements:
    print(f"{statement.verdict:<12} {statement.sentence} [{BASES[statement.basis]}: {statement.source}]")
    for check in statement.judgements:
        print(f"    {check.verdict:<12} {check.sentence}")
        print(f"        measured: {check.shown or 'not asked'}; expected: {check.expected} [{BASES[check.basis]}]")
    if not statement.judgements:
        print(f"    {statement.reason}")
"""
FURTHER = """# %%
# Further measurements, which stand apart from the paper's statements.
for check in outcome.further:
    print(f"{check.verdict:<12} {check.sentence}")
    print(f"    measured: {check.shown or 'not asked'}; expected: {check.expected} [{BASES[check.basis]}]")
"""


def figures_by_name(block, block_vars, gallery_conf):
    """Show the matplotlib figure that a block calls `figure` (the house's figures do not go through pyplot)."""
    from sphinx_gallery.scrapers import figure_rst

    figure = block_vars["example_globals"].pop("figure", None)
    if figure is None:
        return ""
    path = next(block_vars["image_path_iterator"])
    figure.savefig(path, dpi=130, bbox_inches="tight")
    return figure_rst([path], gallery_conf["src_dir"])


sphinx_gallery_conf = {
    "examples_dirs": str(write_gallery_sources()),
    "gallery_dirs": str(HERE / "gallery"),
    "filename_pattern": "/plot_",
    "image_scrapers": (figures_by_name,),
    "reset_modules": (),
    "download_all_examples": False,
    "show_memory": False,
    "remove_config_comments": True,
    "write_computation_times": False,
}
