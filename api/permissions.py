"""Scope follows the operation: each view names the operation of each of its methods."""

from typing import TYPE_CHECKING

from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.operations import require
from tokens.models import ApiToken

if TYPE_CHECKING:  # DRF reads this module while its views are being imported
    from rest_framework.views import APIView


class DeclaredScope(BasePermission):
    def has_permission(self, request: Request, view: "APIView") -> bool:
        """True for a token that may do what the view's method does.

        Raises NotAuthenticated (401), MethodNotAllowed (405), and what `require` raises (403).
        """
        token = request.auth  # asked for once: each time DRF looks whether it has to authenticate
        if not isinstance(token, ApiToken):
            raise NotAuthenticated
        sent = request._request.method or ""  # noqa: SLF001  # as in api/authentication.py
        method = "GET" if sent == "HEAD" else sent
        operation = getattr(view, "operations", {}).get(method, "")
        if not operation and method not in view.allowed_methods:
            raise MethodNotAllowed(method)
        require(token, operation)
        return True
