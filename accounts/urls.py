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
    path("accounts/2fa/", include("allauth.mfa.urls")),
]
