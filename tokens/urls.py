from django.urls import path

from tokens import views

urlpatterns = [
    path("", views.settings_api, name="settings-api"),
    path("tokens/new/", views.new, name="token-new"),
    path("tokens/generate/", views.generate, name="token-generate"),
    path("tokens/<uuid:token_id>/revoke/confirm/", views.confirm_revoke, name="token-revoke-confirm"),
    path("tokens/<uuid:token_id>/revoke/", views.revoke, name="token-revoke"),
]
