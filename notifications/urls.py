from django.urls import path

from notifications import views

urlpatterns = [
    path("admin/notifications/delivery/", views.email_delivery, name="email-delivery"),
    path("admin/notifications/delivery/pause/", views.pause, name="email-pause"),
    path("admin/notifications/delivery/resume/", views.resume, name="email-resume"),
    path("admin/notifications/inboxmessage/<int:pk>/html/", views.inbox_message_html, name="inbox-message-html"),
    path("mail/<slug:provider>/", views.provider_report, name="mail-report"),
]
