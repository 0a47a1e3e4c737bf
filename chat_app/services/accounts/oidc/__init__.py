"""Signing in elsewhere: OpenID Connect with one provider, by the code flow with PKCE."""
