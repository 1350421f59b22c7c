-- How many photos could not be read is asked every few seconds: counted among the failed, not among all there ever were.
CREATE INDEX reading_job_failed ON reading_job (revision_id) WHERE state = 'failed';
