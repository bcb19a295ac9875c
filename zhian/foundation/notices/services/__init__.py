"""What is done with notices: issue, serve, refuse, acknowledge; in bulk, or on the spot."""

from zhian.foundation.notices.services.issuing import issue, issue_many
from zhian.foundation.notices.services.on_site import keep_paper, refuse_on_site, serve_on_site
from zhian.foundation.notices.services.proving import Proving, prove_with
from zhian.foundation.notices.services.serving import (
    acknowledge,
    refuse,
    serve,
    serve_electronically,
)

__all__ = [
    "Proving",
    "acknowledge",
    "issue",
    "issue_many",
    "keep_paper",
    "prove_with",
    "refuse",
    "refuse_on_site",
    "serve",
    "serve_electronically",
    "serve_on_site",
]
