"""The conversation: what its rows are, and the region that shows them."""
