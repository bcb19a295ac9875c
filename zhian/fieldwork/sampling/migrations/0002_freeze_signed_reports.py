"""From the moment of signing the database itself keeps a report as it is (S094)."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION sampling_keep_report() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a test report is never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.state = 'DRAFT' THEN
    RETURN NEW;
  END IF;
  IF OLD.state = 'SIGNED' AND NEW.state = 'WITHDRAWN'
     AND to_jsonb(OLD) - 'state' = to_jsonb(NEW) - 'state' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a signed test report is frozen' USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;

CREATE TRIGGER sampling_keep_report BEFORE UPDATE OR DELETE ON sampling_testreport
  FOR EACH ROW EXECUTE FUNCTION sampling_keep_report();

CREATE FUNCTION sampling_keep_result() RETURNS trigger AS $$
DECLARE
  report bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN report := NEW.report_id; ELSE report := OLD.report_id; END IF;
  IF (SELECT state FROM sampling_testreport WHERE id = report) <> 'DRAFT'
     OR (TG_OP = 'UPDATE' AND NEW.report_id <> OLD.report_id) THEN
    RAISE EXCEPTION 'a result of a signed report is frozen' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER sampling_keep_result BEFORE INSERT OR UPDATE OR DELETE ON sampling_testresult
  FOR EACH ROW EXECUTE FUNCTION sampling_keep_result();
"""
THAW = """
DROP TRIGGER sampling_keep_report ON sampling_testreport;
DROP TRIGGER sampling_keep_result ON sampling_testresult;
DROP FUNCTION sampling_keep_report();
DROP FUNCTION sampling_keep_result();
"""


class Migration(migrations.Migration):
    dependencies = [("sampling", "0001_initial")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
