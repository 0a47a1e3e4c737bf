"""Single sign-on with OpenID Connect: one provider, authorization code flow with PKCE."""
