"""The work, named in gerunds; each takes the session, the person (`by`) and the moment (`at`), and never commits."""
