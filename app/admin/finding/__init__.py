"""Find anything: what the palette and its page offer, each part in a module of its own."""
