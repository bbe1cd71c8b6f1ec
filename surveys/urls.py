"""The public address of a survey."""

from django.urls import path

from surveys import views

app_name = "surveys"
urlpatterns = [path("<path:token>/", views.answer, name="answer")]
