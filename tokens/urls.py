from django.urls import path

from tokens.views import calendar, connect, dust, history, mcp, rotations, tokens, usage

urlpatterns = [
    path("", tokens.settings_api, name="settings-api"),
    path("tokens/new/", tokens.new, name="token-new"),
    path("tokens/generate/", tokens.generate, name="token-generate"),
    path("tokens/<uuid:token_id>/revoke/confirm/", tokens.confirm_revoke, name="token-revoke-confirm"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke, name="token-revoke"),
    path("replacement/", rotations.boards, name="token-replacement"),
    path("replacement/<uuid:token_id>/done/confirm/", rotations.confirm_finish, name="rotation-finish-confirm"),
    path("replacement/<uuid:token_id>/done/", rotations.finish, name="rotation-finish"),
    path("calendar/create/", calendar.create, name="calendar-create"),
    path("calendar/renew/", calendar.renew, name="calendar-renew"),
    path("calendar/end/", calendar.end, name="calendar-end"),
    path("usage/", usage.show, name="token-usage"),
    path("usage.csv", usage.export, name="token-usage-export"),
    path("connect/", connect.show, name="token-connect"),
    path("mcp/", mcp.show, name="token-mcp"),
    path("mcp/switches/", mcp.change, name="mcp-switches"),
    path("mcp/switches/off/", mcp.confirm_turning_off, name="mcp-turn-off"),
    path("mcp.csv", mcp.export, name="token-mcp-export"),
    path("dust/", dust.show, name="token-dust"),
    path("history/", history.history, name="token-history"),
    path("history.csv", history.export, name="token-history-export"),
]
