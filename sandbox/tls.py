"""The stand-in tenant's certificate and the CA bundle its clients trust.

The bundle holds the system's roots beside ours: the Pulumi engine and npm talk
to real hosts under the same ``SSL_CERT_FILE``.
"""

import ssl
from pathlib import Path

import certifi
import trustme


def issue_certificate(bundle: Path) -> ssl.SSLContext:
    """Make a server context for localhost and write the bundle that trusts it."""
    authority = trustme.CA(organization_name="zuplo-consumer-on-login sandbox")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    roots = Path(ssl.get_default_verify_paths().cafile or certifi.where())
    bundle.write_bytes(
        roots.read_bytes().rstrip() + b"\n" + authority.cert_pem.bytes(),
    )
    return context
