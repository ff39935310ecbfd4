"""The dashboards of Grafana as a short description; `make dashboards` writes the JSON that Grafana reads."""
