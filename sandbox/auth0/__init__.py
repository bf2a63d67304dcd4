"""A STAND-IN for Auth0: the Management API and the logins that run Actions.

Imitated: tokens, Actions, triggers and their bindings, users and their login,
event streams with an Action behind them. Not imitated: everything else, which
gets a 404.

Where to look:

    HTTP       routes, access, reading, schemas, handlers_*, views, responses, errors
    the state  state, and in it actions, bindings, triggers, users, streams, tokens
    a build    progress (the status it shows), builds (npm)
    a login    logins, login_event, login_result; in a browser: oidc
    its Node   instances, node_process, trigger_cache, and in Node runtime/*.js
"""
