"""The words a survey may hold."""

from django.db.models import TextChoices


class SurveyKind(TextChoices):
    NPS = "nps", "Net promoter score"
    CSAT = "csat", "Customer satisfaction"
    CES = "ces", "Customer effort"
    PATIENT = "patient", "Patient satisfaction"
