"""A view of which touch an order is owed to: the first, the last, or each of them in equal parts."""

from django.db import migrations, models

from sales import money

# A touch of a lead is one of the customer the lead became. An order is owed to touches of the 90 days before it.
ATTRIBUTION = """
CREATE VIEW sales_attribution AS
WITH touches AS (
    SELECT t.id, t.at, t.campaign_id, coalesce(nullif(t.channel, ''), c.channel, '') AS channel,
           coalesce(t.customer_id, l.customer_id) AS customer_id
    FROM sales_touch t
    LEFT JOIN sales_lead l ON l.id = t.lead_id
    LEFT JOIN sales_campaign c ON c.id = t.campaign_id
),
worth AS (
    SELECT o.id AS order_id, o.customer_id, o.currency, o.placed_at, sum(i.net) AS revenue,
           coalesce(sum(i.net - i.cost), 0) AS margin
    FROM sales_order o JOIN sales_orderline i ON i.order_id = o.id
    WHERE o.status = 'paid' GROUP BY o.id
),
owed AS (
    SELECT w.*, t.id AS touch_id, t.campaign_id, t.channel,
           row_number() OVER (PARTITION BY w.order_id ORDER BY t.at, t.id) AS nth,
           count(*) OVER (PARTITION BY w.order_id) AS n
    FROM worth w JOIN touches t
        ON t.customer_id = w.customer_id AND t.at <= w.placed_at AND t.at > w.placed_at - interval '90 days'
)
SELECT touch_id * 4 + k AS id, order_id, customer_id, currency, placed_at, campaign_id, channel, credit,
       -- Equal parts, to the millionth, that sum to the whole.
       CASE credit WHEN 'linear' THEN round(revenue * nth / n, 6) - round(revenue * (nth - 1) / n, 6)
            ELSE revenue END AS revenue,
       CASE credit WHEN 'linear' THEN round(margin * nth / n, 6) - round(margin * (nth - 1) / n, 6)
            ELSE margin END AS margin
FROM owed, (VALUES (0, 'first'), (1, 'last'), (2, 'linear')) AS credits (k, credit)
WHERE credit = 'linear' OR (credit = 'first' AND nth = 1) OR (credit = 'last' AND nth = n)
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0002_movements")]
    operations = [
        migrations.RunSQL(ATTRIBUTION, "DROP VIEW sales_attribution"),
        migrations.CreateModel(
            name="Attribution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=20)),
                ("currency", money.CurrencyField(default=money.reporting_currency, max_length=3)),
                ("placed_at", models.DateTimeField()),
                ("credit", models.CharField(max_length=6)),
                ("revenue", money.AmountField(decimal_places=6, max_digits=18)),
                ("margin", money.AmountField(decimal_places=6, max_digits=18)),
            ],
            options={"managed": False, "db_table": "sales_attribution"},
        ),
    ]
