CREATE TABLE IF NOT EXISTS complaints (
  provider   text NOT NULL,
  account    text NOT NULL,
  id         text NOT NULL,
  state      text NOT NULL,
  created_at timestamptz NOT NULL,
  due_at     timestamptz,
  detail     text NOT NULL,
  -- How often the row was written; a crash may add one.
  writes     integer NOT NULL DEFAULT 1,
  PRIMARY KEY (provider, account, id)
);
CREATE TABLE IF NOT EXISTS complaint_changes (
  key   text PRIMARY KEY,
  value jsonb NOT NULL
);
