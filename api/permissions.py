"""Scope follows the operation: each view names the operation of each of its methods."""

from typing import TYPE_CHECKING

from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.operations import OPERATIONS
from tokens.errors import InsufficientScope
from tokens.models import ApiToken

if TYPE_CHECKING:  # DRF reads this module while its views are being imported
    from rest_framework.views import APIView


class DeclaredScope(BasePermission):
    def has_permission(self, request: Request, view: "APIView") -> bool:
        """True for a token whose scope the operation allows; an operation that declares none is refused.

        Raises NotAuthenticated (401), MethodNotAllowed (405) and InsufficientScope (403).
        """
        if not isinstance(request.auth, ApiToken):
            raise NotAuthenticated
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in view.allowed_methods:
            raise MethodNotAllowed(method)
        needed = OPERATIONS.get(getattr(view, "operations", {}).get(method, ""))
        if needed is None:
            return False
        if not request.auth.allows(needed):
            raise InsufficientScope(request.auth, needed=needed.value)
        return True
