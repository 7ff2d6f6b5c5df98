from allauth.mfa.webauthn.views import add_webauthn
from django.db import transaction
from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView

from accounts import views

# People and their addresses are kept by operators, and nobody is mailed a code: these pages of allauth stay closed.
CLOSED = (
    *("email/", "signup/", "confirm-email/", "confirm-email/<str:key>/", "login/code/confirm/", "password/set/"),
    *("reauthenticate/code/", "reauthenticate/code/confirm/"),
)
urlpatterns = [
    path("", views.home, name="home"),
    path("profile/", views.profile, name="profile"),
    path("profile/sign-out-elsewhere/", views.sign_out_elsewhere, name="sign-out-elsewhere"),
    path("settings/activity/", views.activity, name="activity"),
    path("settings/activity.csv", views.export_activity, name="activity-export"),
    *(path(f"accounts/{closed}", RedirectView.as_view(url=reverse_lazy("home"))) for closed in CLOSED),
    path("accounts/", include("allauth.account.urls")),
    # allauth opens a transaction on its other pages of second factors: the passkey and its event come together.
    path("accounts/2fa/webauthn/add/", transaction.atomic(add_webauthn)),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]
