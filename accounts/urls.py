from allauth.mfa.webauthn.views import add_webauthn
from django.db import transaction
from django.urls import include, path
from django.views.generic import RedirectView

from accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("settings/activity/", views.activity, name="activity"),
    path("settings/activity.csv", views.export_activity, name="activity-export"),
    # People and their addresses are kept by operators: these two pages of allauth stay closed.
    path("accounts/email/", RedirectView.as_view(pattern_name="home")),
    path("accounts/signup/", RedirectView.as_view(pattern_name="home")),
    path("accounts/", include("allauth.account.urls")),
    # allauth opens a transaction on its other pages of second factors: the passkey and its event come together.
    path("accounts/2fa/webauthn/add/", transaction.atomic(add_webauthn)),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]
