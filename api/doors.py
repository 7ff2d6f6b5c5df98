"""What every view for machines has in common."""

from typing import ClassVar

from rest_framework.views import APIView


class Door(APIView):
    """A view for machines. `operations` maps each method that it serves to a row of `api.operations`."""

    operations: ClassVar[dict[str, str]] = {}
