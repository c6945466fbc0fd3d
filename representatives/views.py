"""Pages of sign-in that are our own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

RETRY_AFTER_MINUTES = 5


def too_many(request: HttpRequest) -> HttpResponse:
    """Too many tries: how long to wait, and whom to ask. The same whether the account exists or not."""
    page = render(request, "errors/429.html", {"minutes": RETRY_AFTER_MINUTES}, status=429)
    page["Retry-After"] = str(RETRY_AFTER_MINUTES * 60)
    return page
