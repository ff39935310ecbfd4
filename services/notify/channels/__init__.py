"""The channels that carry messages to people: one file a kind, each answering what really happened.

The in-app inbox is none of them: its rows are the inbox.
"""
