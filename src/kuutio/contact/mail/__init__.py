"""E-mail, the pure part: bytes to values, with no Django and no input or output; what is stored or sent is decided elsewhere."""
