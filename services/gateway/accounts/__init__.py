"""Accounts of people: passwords, second factors, sessions, and how much each may ask."""
