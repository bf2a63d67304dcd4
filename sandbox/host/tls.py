"""The stand-ins' certificate, its CA, and the CA bundle that their clients trust.

The bundle holds the system's roots beside ours: the Pulumi engine and npm talk
to real hosts under the same ``SSL_CERT_FILE``.
"""

import ssl
from pathlib import Path

import certifi
import trustme


def issue_certificate(bundle: Path, ca_certificate: Path) -> ssl.SSLContext:
    """Make a server context for localhost and write what clients need to trust it."""
    authority = trustme.CA(organization_name="zuplo-consumer-on-login sandbox")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(ca_certificate)
    roots = system_roots().read_bytes().rstrip()
    bundle.write_bytes(roots + b"\n" + authority.cert_pem.bytes())
    return context


def system_roots() -> Path:
    """Find the roots this machine trusts, or Mozilla's."""
    paths = ssl.get_default_verify_paths()
    # Debian has no file where OpenSSL looks for one, but one in OpenSSL's folder.
    debian = Path(paths.capath or "", "ca-certificates.crt")
    return Path(paths.cafile or (debian if debian.is_file() else certifi.where()))
