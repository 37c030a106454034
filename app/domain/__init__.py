"""Plain Python: the words and rules of a menu, without a database and without the web."""
