"""The `duban` command: a module for each group of its commands; `command` puts them together."""
