"""What others report of the same numbers: only figures with a source that measured, or quoted, just this KPI.

Where a KPI has none here nobody we would trust has published one for it, and we do not guess.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from metrics.language import KPI, Unit
from metrics.wording import in_unit


class Quality(StrEnum):
    """How near a figure is to whoever measured it."""

    PRIMARY = "primary"  # read at whoever measured it
    SECONDARY = "secondary"  # quoted by somebody else
    DISPUTED = "disputed"  # quoted, and doubted by others with reason


@dataclass(frozen=True)
class Benchmark:
    """A figure or a band for one KPI, in the unit people read (30 for 30 %, seconds for times).

    about  whom it is about: an industry, a kind of company
    year   when it was published; 0 where the publisher does not say
    """

    kpi: str
    about: str
    source: str
    year: int
    quality: Quality
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    grain: str = ""
    url: str = ""

    @property
    def figures(self) -> str:
        """15 to 27 %, 3.3 %, at least 3.0 ×."""
        if self.middle is not None:
            return self._written(self.middle)
        if self.low is not None and self.high is not None:
            return f"{self._written(self.low)} to {self._written(self.high)}"
        return f"at least {self._written(self.low)}" if self.low is not None else f"at most {self._written(self.high)}"

    @property
    def told(self) -> str:
        """With its step, where that matters: 3.3 % a month."""
        return f"{self.figures} a {self.grain}" if self.grain else self.figures

    @property
    def published(self) -> str:
        return str(self.year) if self.year else "undated"

    def _written(self, figure: float | None) -> str:
        from metrics.registry import kpi_of

        unit = kpi_of(self.kpi).unit
        scale = Fraction(1, 100) if unit is Unit.PERCENT else 1
        return in_unit(Fraction(str(figure)) * scale, unit)


RECURLY = "https://recurly.com/research/churn-rate-benchmarks/"
SURVEYMONKEY = "https://www.surveymonkey.com/mp/net-promoter-score-benchmarks-customer-loyalty/"
OLDROYD = "https://hbr.org/2011/03/the-short-life-of-online-sales-leads"
HUBSPOT = "HubSpot, close rates of over 8,900 companies, as quoted by others"
HUBSPOT_QUOTED = "https://protensd.co.uk/news/sales-close-rate-industry-benchmarks-how-does-your-close-rate-compare"
REPVUE_QUOTED = "https://winsabove.pages.dev/glossary/quota-attainment"
XM_INSTITUTE = "https://www.xminstitute.com/data-snippets/xmi-ratings-nps-2023/"
BRIGHTWORK = (
    "https://www.brightworkresearch.com/"
    "how-likely-is-it-that-the-often-quoted-nucleus-research-crm-roi-estimates-are-correct/"
)
SKOK = "D. Skok, SaaS Metrics 2.0, a rule of thumb"
SQM = "SQM, call centres, as quoted by others"

BENCHMARKS = (
    Benchmark(
        "churn_rate",
        "subscriptions of all kinds; 2.41 % left by choice, 0.86 % for want of payment",
        "Recurly Research",
        0,
        Quality.PRIMARY,
        middle=3.27,
        grain="month",
        url=RECURLY,
    ),
    Benchmark(
        "churn_rate",
        "subscriptions between companies, an earlier edition over 1,500 sites",
        "Recurly Research",
        0,
        Quality.PRIMARY,
        middle=4.91,
        grain="month",
        url=RECURLY,
    ),
    Benchmark(
        "churn_rate",
        "subscriptions of consumers, an earlier edition over 1,500 sites",
        "Recurly Research",
        0,
        Quality.PRIMARY,
        middle=6.77,
        grain="month",
        url=RECURLY,
    ),
    Benchmark("ltv_to_cac", "software sold by subscription", SKOK, 0, Quality.SECONDARY, low=3),
    Benchmark("cac_payback", "software sold by subscription", SKOK, 0, Quality.SECONDARY, high=12),
    Benchmark(
        "quick_ratio",
        "software sold by subscription; FirstOfficer itself advises against steering by it",
        "FirstOfficer, a rule of thumb",
        0,
        Quality.SECONDARY,
        low=4,
    ),
    Benchmark(
        "cross_sell_rate",
        "software sold by subscription",
        "diggrowth",
        0,
        Quality.SECONDARY,
        low=5,
        high=20,
    ),
    Benchmark(
        "lead_response_time_mean",
        "2,241 companies in the USA, of those that answered a web lead within 30 days",
        "J. Oldroyd, K. McElheran, D. Elkington, Harvard Business Review",
        2011,
        Quality.PRIMARY,
        middle=42 * 3600,
        url=OLDROYD,
    ),
    Benchmark(
        "lead_coverage24h",
        "2,241 companies in the USA, answering a web lead within a day (37 % within an hour; 23 % never answered)",
        "J. Oldroyd, K. McElheran, D. Elkington, Harvard Business Review",
        2011,
        Quality.PRIMARY,
        middle=53,
        url=OLDROYD,
    ),
    *(
        Benchmark("win_rate", about, HUBSPOT, 0, Quality.SECONDARY, middle=share, url=HUBSPOT_QUOTED)
        for about, share in (
            ("biotechnology", 15),
            ("finance", 19),
            ("software", 22),
            ("electronics", 23),
            ("business and industry", 27),
        )
    ),
    Benchmark(
        "quota_attainment",
        "the median account executive selling software",
        "RepVue, as quoted by others",
        2024,
        Quality.SECONDARY,
        low=43,
        high=47,
        url=REPVUE_QUOTED,
    ),
    Benchmark(
        "cart_abandonment",
        "online shops, the mean of 49 studies (mobile about 80 %, desktop about 66 %)",
        "Baymard Institute, as quoted by others",
        2023,
        Quality.SECONDARY,
        middle=70.22,
    ),
    Benchmark(
        "csat",
        "customer service of all industries; 75 to 84 % is called good, from 85 % on world class",
        "Surveypal, quoting SQM, Zendesk and Qualtrics",
        2023,
        Quality.SECONDARY,
        middle=77,
    ),
    Benchmark(
        "nps",
        "150,000 organisations; a quarter of them reach 72 or more",
        "SurveyMonkey",
        0,
        Quality.PRIMARY,
        middle=32,
        url=SURVEYMONKEY,
    ),
    Benchmark(
        "nps",
        "10,000 consumers in the USA asked in 2023, from the weakest of 22 industries to the strongest",
        "XM Institute",
        2024,
        Quality.PRIMARY,
        low=-6,
        high=30,
        url=XM_INSTITUTE,
    ),
    Benchmark("first_contact_resolution", "call centres, the mean", SQM, 0, Quality.SECONDARY, middle=68),
    Benchmark("first_contact_resolution", "call centres, the range", SQM, 0, Quality.SECONDARY, low=39, high=91),
    Benchmark(
        "no_show_rate",
        "clinics in the literature, from the least to the most",
        "BMC Health Services Research",
        2018,
        Quality.SECONDARY,
        low=3,
        high=80,
    ),
    *(
        Benchmark(
            "crm_roi",
            f"{returned} returned for every 1 spent, told by users of CRM systems",
            "Nucleus Research; Brightwork doubts how it was reached",
            year,
            Quality.DISPUTED,
            middle=(returned - 1) * 100,
            url=BRIGHTWORK,
        )
        for returned, year in ((5.6, 2011), (8.71, 2014))
    ),
)


def benchmarks_of(kpi: type[KPI]) -> list[Benchmark]:
    return [benchmark for benchmark in BENCHMARKS if benchmark.kpi == kpi.key]
