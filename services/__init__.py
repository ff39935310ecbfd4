"""The four services of Duban; they meet only through the events of `shared.events`."""
