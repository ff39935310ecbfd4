"""Deployment: the `duban` command, the embedded stack, and what compose, Prometheus and Grafana read."""
