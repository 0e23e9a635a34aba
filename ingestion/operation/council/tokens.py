"""Tokens that show who asks: signed with the secret of one invitation, for one request, for half a minute.

They are Airflow's own in form, so that its edge worker makes them from the secret as it is.
"""

import time
from uuid import uuid4

import jwt

ALGORITHM = "HS512"
AUDIENCE = "api"
SECONDS = 30


def sign(secret: str, method: str) -> str:
    """Sign a token for one request; `method` is its path below the part of the gate that it is for."""
    now = int(time.time())
    claims = {"jti": uuid4().hex, "aud": AUDIENCE, "iat": now, "nbf": now, "exp": now + SECONDS, "method": method}
    return jwt.encode(claims, secret, ALGORITHM)


def shows(token: str, secret: str, method: str) -> bool:
    """Whether a token was signed with this secret, a moment ago, for this request."""
    try:
        claims = jwt.decode(
            token, secret, [ALGORITHM], audience=AUDIENCE, leeway=SECONDS,
            options={"require": ["exp", "iat", "method"]},
        )  # fmt: skip
    except jwt.InvalidTokenError:
        return False
    return bool(claims["method"] == method)


def subject_of(token: str) -> str | None:
    """Return whose token it says it is, unproven: who reads it next proves it."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return None
    subject = claims.get("sub")
    return str(subject) if subject else None
