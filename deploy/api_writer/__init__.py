"""Writes `deploy/api_client` from the OpenAPI document of the public API."""
