"""Headers that tell browsers what an answer may do: nothing, but for the page and the documentation.

Strict-Transport-Security is the business of the proxy that holds the certificate.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from fastapi.openapi.docs import get_swagger_ui_html
from starlette.datastructures import MutableHeaders

DOCS: Final = "/docs"
_FRAMES: Final = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_DATA: Final = f"default-src 'none'; {_FRAMES}"
_PAGE: Final = f"default-src 'self'; img-src 'self' data:; object-src 'none'; {_FRAMES}"
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def docs_policy(title: str) -> str:
    """Write the policy of Swagger's page: its files come from a CDN, its one script in the page is known by its hash."""
    page = bytes(get_swagger_ui_html(openapi_url="/openapi.json", title=f"{title} - Swagger UI").body).decode()
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in _SCRIPT.findall(page)
    )
    cdn = "https://cdn.jsdelivr.net"
    return (
        f"default-src 'none'; script-src {cdn} {hashes}; style-src {cdn} 'unsafe-inline'; "
        f"img-src data: https://fastapi.tiangolo.com; connect-src 'self'; {_FRAMES}"
    )


_DOCS: Final = docs_policy("toban")


def secure(headers: MutableHeaders, path: str) -> None:
    """Add them; a policy of the answer's own stays."""
    is_page = headers.get("content-type", "").startswith("text/html")
    policy = _DOCS if path == DOCS else _PAGE if is_page else _DATA
    headers.setdefault("Content-Security-Policy", policy)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if is_page:
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
