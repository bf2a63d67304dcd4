"""A stand-in for Auth0: the Management API and the logins that run Actions.

Imitated: tokens, Actions, triggers and their bindings, users, event streams
with an Action behind them. Not imitated: everything else, which answers 404.
"""
