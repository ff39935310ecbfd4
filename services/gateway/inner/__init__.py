"""Calls to the inner services: which routes there are, with which scope, and what happens when one is down."""
