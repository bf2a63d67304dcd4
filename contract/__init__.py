"""What this project assumes of Auth0 and Zuplo: statements, and tests that try them.

The tests run on the sandbox in `make test`, and on real accounts by `make live`. They
send requests of their own: neither the package nor the sandbox is in between.
"""
