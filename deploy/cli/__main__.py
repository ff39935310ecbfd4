"""`python -m deploy.cli` is the `duban` command."""

from deploy.cli.command import main

main()
