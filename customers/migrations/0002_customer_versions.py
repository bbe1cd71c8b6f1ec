"""The database itself writes down how a customer was described, and until when, whatever path a change takes.

`plumb.at` may name the moment a change took effect (for history entered late); `plumb.correcting` set to 'on' says
that the old words were wrong, so that the standing version is mended instead of ended.
"""

from django.db import migrations

COLUMNS = """segment, industry, country, region, company_size, birth_year, gender,
        acquisition_channel, acquisition_campaign, owner_id"""

FORWARD = f"""
CREATE FUNCTION customers_customer_described() RETURNS trigger LANGUAGE plpgsql
-- A plan made for one customer would read all versions again for each of a thousand.
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    moment timestamptz := coalesce(nullif(current_setting('plumb.at', true), '')::timestamptz, now());
    correcting boolean := coalesce(current_setting('plumb.correcting', true), '') = 'on';
    mended bigint[];
    ended bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customers_customerversion (customer_id, valid_from, valid_to, {COLUMNS})
        SELECT id, '1900-01-01 00:00+00', '9000-01-01 00:00+00', {COLUMNS} FROM new_rows;
        RETURN NULL;
    END IF;

    SELECT array_agg(n.id) FILTER (WHERE correcting OR v.valid_from >= moment),
           array_agg(n.id) FILTER (WHERE NOT (correcting OR v.valid_from >= moment))
    INTO mended, ended
    FROM new_rows n
    JOIN customers_customerversion v ON v.customer_id = n.id AND v.valid_to = '9000-01-01 00:00+00'
    WHERE (n.segment, n.industry, n.country, n.region, n.company_size, n.birth_year, n.gender,
           n.acquisition_channel, n.acquisition_campaign, n.owner_id)
          IS DISTINCT FROM
          (v.segment, v.industry, v.country, v.region, v.company_size, v.birth_year, v.gender,
           v.acquisition_channel, v.acquisition_campaign, v.owner_id);

    IF mended IS NOT NULL THEN
    UPDATE customers_customerversion v
    SET segment = n.segment, industry = n.industry, country = n.country, region = n.region,
        company_size = n.company_size, birth_year = n.birth_year, gender = n.gender,
        acquisition_channel = n.acquisition_channel, acquisition_campaign = n.acquisition_campaign,
        owner_id = n.owner_id
    FROM new_rows n
    WHERE n.id = ANY (mended) AND v.customer_id = n.id AND v.valid_to = '9000-01-01 00:00+00';
    END IF;

    IF ended IS NOT NULL THEN
    UPDATE customers_customerversion SET valid_to = moment
    WHERE customer_id = ANY (ended) AND valid_to = '9000-01-01 00:00+00';

    INSERT INTO customers_customerversion (customer_id, valid_from, valid_to, {COLUMNS})
    SELECT id, moment, '9000-01-01 00:00+00', {COLUMNS} FROM new_rows WHERE id = ANY (ended);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER customers_customer_inserted AFTER INSERT ON customers_customer
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION customers_customer_described();
CREATE TRIGGER customers_customer_updated AFTER UPDATE ON customers_customer
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION customers_customer_described();
"""

BACKWARD = """
DROP TRIGGER customers_customer_updated ON customers_customer;
DROP TRIGGER customers_customer_inserted ON customers_customer;
DROP FUNCTION customers_customer_described();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
