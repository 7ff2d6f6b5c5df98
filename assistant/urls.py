from django.urls import path

from assistant.views import ask, gaps, model_access, operations

urlpatterns = [
    path("ask/", ask.ask, name="ask"),
    path("ask/gaps/", gaps.show, name="ask-gaps"),
    path("ask/gaps/synonym/", gaps.synonym, name="ask-gaps-synonym"),
    path("ask/gaps/synonym/<int:pk>/remove/", gaps.remove, name="ask-gaps-synonym-remove"),
    path("ask/gaps/term/", gaps.term, name="ask-gaps-term"),
    path("ask/questions/<uuid:job_id>/", ask.question, name="ask-question"),
    path("ask/questions/<uuid:job_id>/cancel/", ask.cancel, name="ask-cancel"),
    path("ask/questions/<uuid:job_id>/rate/", ask.rate, name="ask-rate"),
    path("ask/<uuid:conversation_id>/", ask.conversation, name="ask-conversation"),
    path("ask/<uuid:conversation_id>/delete/", ask.delete, name="ask-delete"),
    path("settings/assistant/", model_access.show, name="settings-assistant"),
    path("settings/assistant/model/", model_access.change, name="assistant-model"),
    path("settings/assistant/sent/<uuid:job_id>/", model_access.sent, name="assistant-sent"),
    path("admin/assistant/overview/", operations.show, name="assistant-operations"),
    path("admin/assistant/overview/breaker/<int:pk>/close/", operations.close, name="assistant-breaker-close"),
]
