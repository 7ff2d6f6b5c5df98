from django.urls import path

from notifications import views

urlpatterns = [
    path("notifications/inboxmessage/<int:pk>/html/", views.inbox_message_html, name="inbox-message-html"),
]
