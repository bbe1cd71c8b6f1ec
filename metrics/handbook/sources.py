"""Where each number of the product's sources lives: the five texts it was asked for in, and the grid made of them.

What a text calls a number and what we call it differ; this is the one place that knows both.
"""

from dataclasses import dataclass

from metrics.language import KPI, KPIS

TEXTS = ("000", "001", "002", "003", "004")


@dataclass(frozen=True)
class Named:
    """A number as the sources name it.

    names  what they call it, the usual name first
    texts  one sign for each of the five: F gives a formula, ✓ names it, · does not
    kpis   the keys it goes by here, of which some may still be missing
    place  the page it stands on where it is more than one number
    """

    names: tuple[str, ...]
    texts: str
    kpis: tuple[str, ...]
    place: str = ""

    @property
    def marks(self) -> list[str]:
        return ["" if mark == "·" else mark for mark in self.texts or "·····"]

    @property
    def here(self) -> list[type[KPI]]:
        return [KPIS[key] for key in self.kpis if key in KPIS]

    @property
    def missing(self) -> list[str]:
        return [key for key in self.kpis if key not in KPIS]


NAMED = (
    Named(("customer acquisition cost", "cost of acquisition"), "F·F✓✓", ("cac", "cac_lagged", "cac_paid")),
    Named(
        ("customer lifetime value", "CLV", "CLTV"),
        "FFF✓✓",
        ("clv_historical", "ltv", "clv_margin_discounted", "clv_predicted"),
    ),
    Named(("CAC to CLV ratio",), "F··✓·", ("cac_to_clv", "ltv_to_cac", "cac_payback")),
    Named(("customer churn", "attrition"), "F·F✓✓", ("churn_rate",)),
    Named(("e-mail subscriber churn", "unsubscribes"), "··✓··", ("email_churn", "email_subscribers")),
    Named(("customer retention",), "·FF✓✓", ("retention_rate", "retention_textbook")),
    Named(("renewal rate",), "··F··", ("renewal_rate", "renewal_rate_value", "renewal_rate_net")),
    Named(("customer retention cost",), "··✓··", ("retention_cost",)),
    Named(("customer satisfaction", "CSAT"), "F✓·✓✓", ("csat", "csat_mean", "satisfaction_index")),
    Named(("net promoter score", "NPS"), "F✓✓✓✓", ("nps", "nps_5", "nps_transactional")),
    Named(
        ("conversion of visitors",),
        "F··✓✓",
        ("session_conversion", "visitor_conversion", "session_purchases", "visits_to_orders"),
    ),
    Named(("lead conversion", "sales conversion rate"), "F··✓✓", ("lead_conversion", "conversions_in_period")),
    Named(("pipeline conversion",), "F····", ("pipeline_conversion",)),
    Named(("close rate", "win rate"), "··F··", ("win_rate", "win_rate_value")),
    Named(
        ("lead response time",),
        "F····",
        (
            "lead_response_time",
            "lead_response_time_mean",
            "lead_response_time_p90",
            "lead_response_time_in_hours",
            "lead_response_time_in_hours_mean",
            "lead_response_time_in_hours_p90",
            "lead_coverage24h",
        ),
    ),
    Named(("average handling time", "AHT"), "F····", ("aht", "aht_sales")),
    Named(("sales growth",), "·✓···", ("sales_growth", "sales_growth_year")),
    Named(("sales revenue", "daily sales"), "·✓·✓·", ("revenue", "won_revenue")),
    Named(("return on investment of the CRM", "CRM ROI"), "·✓···", ("crm_roi",)),
    Named(("length of a pipeline stage",), "··✓··", ("stage_time", "stage_time_mean", "stage_time_p90", "stage_age")),
    Named(("pipeline leak", "stage drop-off"), "✓·✓··", ("stage_conversion",)),
    Named(("sales cycle length",), "··✓✓·", ("sales_cycle", "sales_cycle_median", "sales_cycle_p90")),
    Named(("net new revenue",), "··✓··", ("revenue_new_customers", "net_new_mrr")),
    Named(("quota attainment",), "··F··", ("quota_attainment", "quota_attainment_first_year")),
    Named(("upselling",), "··F·✓", ("upsell_rate", "offer_acceptance")),
    Named(("cross-selling",), "··F·✓", ("cross_sell_rate",)),
    Named(
        ("resolution time", "time to resolution"),
        "··✓·✓",
        (
            "resolution_time",
            "resolution_time_mean",
            "resolution_time_p90",
            "resolution_time_in_hours",
            "resolution_time_in_hours_mean",
            "resolution_time_in_hours_p90",
            "first_resolution_time",
            "first_resolution_time_mean",
            "first_resolution_time_p90",
            "first_resolution_time_in_hours",
            "first_resolution_time_in_hours_mean",
            "first_resolution_time_in_hours_p90",
            "requester_wait",
            "requester_wait_mean",
            "requester_wait_p90",
            "requester_wait_in_hours",
            "requester_wait_in_hours_mean",
            "requester_wait_in_hours_p90",
        ),
    ),
    Named(("average revenue per user", "ARPU"), "···✓·", ("arpu", "arpa")),
    Named(
        ("marketing ROI", "return on marketing"),
        "···✓·",
        ("marketing_roi", "marketing_roi_first", "marketing_roi_last", "marketing_return"),
    ),
    Named(("average order value", "AOV", "average purchase value"), "FFF✓·", ("average_order", "average_order_line")),
    Named(("purchase frequency",), "FFF··", ("purchase_frequency",)),
    Named(("customer value",), "··F··", ("customer_value",)),
    Named(("customer lifespan",), "FFF··", ("customer_lifespan",)),
    Named(("cart abandonment",), "···✓·", ("cart_abandonment", "cart_recovery")),
    Named(("monthly recurring revenue", "MRR"), "···✓·", ("mrr", "arr")),
    Named(("response to campaigns",), "····✓", ("campaign_response_rate",)),
    Named(("response to surveys",), "····✓", ("survey_response_rate",)),
    Named(
        ("time to conversion",),
        "····✓",
        (
            "time_to_conversion",
            "time_to_conversion_mean",
            "time_to_conversion_p90",
            "time_to_conversion_all",
        ),
    ),
    Named(("new customers",), "✓✓✓✓✓", ("new_customers",)),
    Named(("patient satisfaction",), "···✓·", ("patient_topbox",)),
    Named(
        ("efficiency of appointment scheduling",),
        "···✓·",
        ("slot_utilisation", "no_show_rate", "third_next_available"),
    ),
    Named(("treatment adherence", "PDC"), "···✓·", ("pdc", "adherent_share")),
    Named(("sales productivity",), "·✓···", ("sales_productivity",)),
    Named(("employee engagement", "operating cost"), "·✓···", ("manual_measure",)),
    Named(("loyalty", "repeat purchases"), "✓✓·✓·", ("repeat_rate",)),
    Named(("gross margin",), "··✓··", ("gross_margin",)),
    Named(("data quality",), "··✓✓·", ("data_quality",)),
    Named(("revenue concentration", "Pareto", "80/20"), "··✓··", ("pareto_share", "gini")),
    Named(("goal attainment", "SMART goals"), "✓·✓✓✓", ("goal_attainment", "goals_reached", "goal_probability")),
    # What the sources do not name, and what the definitions of the others need.
    Named(("active customers",), "", ("active_customers", "active_buyers")),
    Named(
        ("MRR movements", "MRR waterfall"),
        "",
        (
            "new_mrr",
            "expansion_mrr",
            "contraction_mrr",
            "churned_mrr",
            "reactivation_mrr",
            "paused_mrr",
            "resumed_mrr",
            "transfer_mrr",
            "fx_mrr",
        ),
    ),
    Named(("gross and net MRR churn",), "", ("gross_mrr_churn", "net_mrr_churn")),
    Named(("gross and net revenue retention", "GRR", "NRR"), "", ("grr", "nrr")),
    Named(("quick ratio",), "", ("quick_ratio",)),
    Named(("sales velocity",), "", ("sales_velocity",)),
    Named(
        ("pipeline value", "weighted pipeline"),
        "",
        ("pipeline_value", "weighted_pipeline", "pipeline_fx", "open_deals"),
    ),
    Named(
        ("first response time",),
        "",
        (
            "first_response_time",
            "first_response_time_mean",
            "first_response_time_p90",
            "first_response_time_in_hours",
            "first_response_time_in_hours_mean",
            "first_response_time_in_hours_p90",
        ),
    ),
    Named(("tickets solved",), "", ("tickets_solved",)),
    Named(("reopened tickets",), "", ("reopen_rate",)),
    Named(("first contact resolution", "FCR"), "", ("first_contact_resolution",)),
    Named(("backlog",), "", ("backlog",)),
    Named(("SLA attainment",), "", ("sla_attainment", "reply_sla", "solution_sla")),
)


def further() -> list[type[KPI]]:
    """What there is beyond the table."""
    named = {key for one in NAMED for key in one.kpis}
    return [kpi for key, kpi in KPIS.items() if key not in named]


def names_of(kpi: type[KPI]) -> list[str]:
    """Every name the table has for a KPI, and for what it is told together with."""
    return [name for named in NAMED if kpi.key in named.kpis for name in named.names]


def also_called(kpi: type[KPI]) -> list[str]:
    """What the five texts call a KPI, where that is not its title."""
    own = {kpi.title.casefold(), kpi.key.replace("_", " ")}
    names = [name for named in NAMED if named.texts and kpi.key == named.kpis[0] for name in named.names]
    return [name for name in names if name.casefold() not in own]
