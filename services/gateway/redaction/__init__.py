"""Redaction: takes out of people's words what names anybody, and leaves the rest readable. Pure."""
