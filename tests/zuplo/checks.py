"""How a bucket check ends, and what it asked."""


def failure(result):
    (found,) = result.failures
    return found


def requests_of(zuplo):
    return [logged.path for logged in zuplo.control.requests("zuplo")]
