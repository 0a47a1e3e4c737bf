"""Pure words and rules of the product; no I/O."""
