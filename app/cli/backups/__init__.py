"""What `flask backup` does: one file that holds a database as it was at one moment, and its proof."""
