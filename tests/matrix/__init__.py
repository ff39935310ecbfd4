"""Every public route × every role × own and other unit, over the whole house with real things of two units."""
