"""What stands in place of an empty transcript."""
