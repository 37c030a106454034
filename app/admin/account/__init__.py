"""What is a person's own: how they are called, how they sign in, where they are, where they work."""
