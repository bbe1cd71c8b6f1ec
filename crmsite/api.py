"""Every resource of the API, one line each."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from crmsite.docs import DocsView, NowhereView
from customers import viewsets as customers
from customers.doors import Router
from metrics import locks, marking, steering
from metrics import viewsets as metrics
from metrics.analyses.viewsets import AnalysisViewSet
from sales.viewsets import catalogue, deals, leads, marketing, orders, subscriptions
from support.viewsets import care, hours, tickets
from surveys import viewsets as surveys

router = Router()

router.register("people", customers.PersonViewSet)
router.register("teams", customers.TeamViewSet)
router.register("team-memberships", customers.TeamMembershipViewSet)
router.register("tags", customers.TagViewSet)
router.register("customers", customers.CustomerViewSet)
router.register("contacts", customers.ContactViewSet)
router.register("activities", customers.ActivityViewSet)
router.register("email-subscriptions", customers.EmailSubscriptionViewSet)
router.register("visits", customers.VisitViewSet)
router.register("key-events", customers.KeyEventViewSet)
router.register("lifecycle-events", customers.LifecycleEventViewSet)
router.register("leads", leads.LeadViewSet)
router.register("deals", deals.DealViewSet)
router.register("stage-changes", deals.StageChangeViewSet)
router.register("amount-changes", deals.AmountChangeViewSet)
router.register("offers", deals.OfferViewSet)
router.register("quotas", deals.QuotaViewSet)
router.register("orders", orders.OrderViewSet)
router.register("order-lines", orders.OrderLineViewSet)
router.register("refunds", orders.RefundViewSet)
router.register("carts", orders.CartViewSet)
router.register("subscriptions", subscriptions.SubscriptionViewSet)
router.register("subscription-events", subscriptions.SubscriptionEventViewSet)
router.register("terms", subscriptions.TermViewSet)
router.register("campaigns", marketing.CampaignViewSet)
router.register("campaign-recipients", marketing.CampaignRecipientViewSet)
router.register("touches", marketing.TouchViewSet)
router.register("costs", marketing.CostViewSet)
router.register("product-lines", catalogue.ProductLineViewSet)
router.register("products", catalogue.ProductViewSet)
router.register("plans", catalogue.PlanViewSet)
router.register("pipelines", catalogue.PipelineViewSet)
router.register("stages", catalogue.StageViewSet)
router.register("lost-reasons", catalogue.LostReasonViewSet)
router.register("fx-rates", catalogue.FxRateViewSet)

router.register("tickets", tickets.TicketViewSet)
router.register("ticket-events", tickets.TicketEventViewSet)
router.register("messages", tickets.MessageViewSet)
router.register("interactions", care.InteractionViewSet)
router.register("appointments", care.AppointmentViewSet)
router.register("access-samples", care.AccessSampleViewSet)
router.register("treatments", care.TreatmentViewSet)
router.register("fills", care.FillViewSet)
router.register("schedules", hours.ScheduleViewSet)
router.register("opening-hours", hours.OpeningHoursViewSet)
router.register("holidays", hours.HolidayViewSet)
router.register("service-levels", hours.ServiceLevelViewSet)

router.register("surveys", surveys.SurveyViewSet)
router.register("invitations", surveys.InvitationViewSet)
router.register("answers", surveys.AnswerViewSet)

router.register("kpis", metrics.KPIViewSet, basename="kpis")
router.register("analyses", AnalysisViewSet, basename="analyses")
router.register("runs", metrics.RunViewSet)
router.register("period-locks", locks.PeriodLockViewSet)
router.register("goals", steering.GoalViewSet)
router.register("marked-dates", marking.MarkedDateViewSet)
router.register("goal-readings", steering.GoalReadingViewSet)
router.register("manual-measures", steering.ManualMeasureViewSet)
router.register("manual-values", steering.ManualValueViewSet)
router.register("segments", steering.RuleSegmentViewSet)
router.register("data-quality", steering.DataQualityViewSet, basename="data-quality")

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(url_name="api-schema"), name="api-docs"),
    path("", include(router.urls)),
    re_path(r"^(?:.*/)?$", NowhereView.as_view()),
]
