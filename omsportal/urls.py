"""Every address of the portal starts here."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from complaints.views.staff.shift import sign_out
from omsportal import health
from omsportal.design_page import design

handler429 = "representatives.views.too_many"
# A problem of the API is told as one even when no view of it was reached.
handler400 = "complaints.api.problems.bad_request"
handler500 = "complaints.api.problems.server_error"

urlpatterns = [
    path("", include("complaints.urls.public")),
    path("admin/", admin.site.urls),
    path("accounts/logout/", sign_out, name="account_logout"),
    path("accounts/", include("representatives.urls")),
    path("staff/", include("complaints.urls.staff")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/", include("complaints.api.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("design/", design, name="design"))
