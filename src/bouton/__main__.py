"""`python -m bouton` is the command line."""

from bouton.cli import main

main()
