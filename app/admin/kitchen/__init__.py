"""What the kitchen page is made of: where one cooks, what is on and what is off, and a tap on a dish."""
