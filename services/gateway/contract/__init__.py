"""The contract with callers: the OpenAPI document, and what goes with every route of it."""
