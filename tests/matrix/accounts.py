"""What the rows of `accounts.toml` speak of."""

from allauth.mfa.models import Authenticator

from tests.factories import PersonFactory


def things() -> dict[str, str]:
    """A passkey of somebody who is none of the six."""
    other = PersonFactory(email="passkey@matrix.example.org")
    passkey = Authenticator.objects.create(user=other, type="webauthn", data={"name": "theirs", "credential": {}})
    return {"other_passkey": str(passkey.pk)}
