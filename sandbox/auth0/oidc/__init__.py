"""The login of the STAND-IN: OpenID Connect's authorization code flow with PKCE.

Rules: OpenID Connect Core and Discovery 1.0, RP-Initiated Logout 1.0, RFC 6749, 6750
and 7636. Not imitated: sessions (every login asks for the password), refresh tokens,
consent, other flows.

    HTTP   routes, handlers (protocol), handlers_login (pages), forms, replies, pages/*
    rules  provider, authorization (requests), codes, exchange, access_tokens, claims
    data   applications, signing (keys)
"""
