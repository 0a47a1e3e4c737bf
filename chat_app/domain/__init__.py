"""The values and rules of the product, without any input or output."""
