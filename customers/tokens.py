"""The keys integrations carry: made once, kept as a digest, and dead when they should be."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from customers.models import ApiToken, User

SHAPE = re.compile(r"plumb_([0-9a-f]{8})_[0-9a-f]{40}\Z")
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def issue_token(
    user: User, *, name: str, scopes: Iterable[str] = (), expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new key for this person, and its secret, which is never shown again. Without scopes it may do all they may."""
    prefix = secrets.token_hex(4)
    key = f"plumb_{prefix}_{secrets.token_hex(20)}"
    token = ApiToken.objects.create(
        user=user, name=name, prefix=prefix, digest=digest(key), scopes=[*scopes], expires_at=expires_at
    )
    return token, key


def revoke_token(token: ApiToken, *, at: datetime | None = None) -> ApiToken:
    """End a key for good; a key ended before stays ended when it was."""
    if token.revoked_at is None:
        token.revoked_at = at or timezone.now()
        token.save(update_fields=["revoked_at"])
    return token


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer plumb_…`"""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, key = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = self.find(key.decode("latin-1").strip())
        if token is None or not token.is_good or not token.user.is_active:
            raise AuthenticationFailed("This token is unknown, expired or revoked.", code="bad-token")
        now = timezone.now()
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY)
        if token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_EVERY:
            ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
        return token.user, token

    def find(self, key: str) -> ApiToken | None:
        if not SHAPE.match(key):
            return None
        return ApiToken.objects.select_related("user").filter(digest=digest(key)).first()

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class InScope(BasePermission):
    """A token with scopes opens only the doors they name: `deals:read`, `deals:write` (and so reading), `*:read`.

    A door is named by its view's `resource`, or else by its name in the router.
    """

    message = "The scopes of this token do not cover this."
    code = "out-of-scope"

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiToken) or not request.auth.scopes:
            return True
        resource = getattr(view, "resource", "") or getattr(view, "basename", "")
        verbs = ("read", "write") if request.method in SAFE_METHODS else ("write",)
        wanted = {f"{name}:{verb}" for name in (resource, "*") for verb in verbs}
        return not wanted.isdisjoint(request.auth.scopes)
