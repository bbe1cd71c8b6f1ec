"""Leads over the API."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from customers.doors import RecordViewSet, verb
from sales import filters
from sales.models import Deal, Lead
from sales.serializers import words
from sales.serializers.deals import DealSerializer
from sales.serializers.leads import LeadSerializer
from sales.services import leads


class LeadViewSet(RecordViewSet):
    queryset = Lead.objects.all()
    serializer_class = LeadSerializer
    filterset_class = filters.LeadFilter
    ordering_fields = ("created_at", "first_contacted_at", "qualified_at", "converted_at", "changed_at")

    contact = verb("contact", leads.contact_lead, words.When)
    qualify = verb("qualify", leads.qualify_lead, words.When)
    disqualify = verb("disqualify", leads.disqualify_lead, words.When)
    requalify = verb("requalify", leads.requalify_lead, words.When)
    mark_spam = verb("mark_spam", leads.mark_spam, words.When)
    mark_duplicate = verb("mark_duplicate", leads.mark_duplicate, words.DuplicateWords)
    convert = verb("convert", leads.convert_lead, words.ConvertWords)

    @extend_schema(request=words.PursueWords, responses={201: DealSerializer}, description=leads.pursue_lead.__doc__)
    @action(detail=True, methods=["post"])
    def pursue(self, request: Request, pk: str | None = None) -> Response:
        deal: Deal = leads.pursue_lead(self.get_object(), by=request.user, **self.words(words.PursueWords))
        return Response(DealSerializer(deal, context=self.get_serializer_context()).data, status=201)
