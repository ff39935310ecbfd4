"""The working calendar of this installation: what people set wins over the computed days."""
