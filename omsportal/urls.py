"""Every address of the portal starts here."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from omsportal import health
from omsportal.design_page import design

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("staff/", include("complaints.urls.staff")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
if settings.DEBUG:
    urlpatterns.append(path("design/", design, name="design"))
