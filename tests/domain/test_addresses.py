from __future__ import annotations

from app.domain import addresses


def test_what_leaves_carte():
    base = "https://menus.example.com"

    assert addresses.invitation(base, "t") == f"{base}/invitations/t"
    assert addresses.development_sign_in(base, "t") == f"{base}/login/development?token=t"
    assert addresses.redirect_uri(base, "google") == f"{base}/login/google/authorized"
