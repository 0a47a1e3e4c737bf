"""Limits: token buckets, cached counts, and the checks that use them."""
