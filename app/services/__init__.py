"""The work, named in gerunds: it takes `session`, the person (`by`), the moment (`at`); it never commits."""
