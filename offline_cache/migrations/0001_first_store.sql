CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE submission (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  case_id TEXT NOT NULL,
  case_seq INTEGER,
  task_code TEXT NOT NULL,
  task_version INTEGER,
  collection_no TEXT UNIQUE,
  state TEXT NOT NULL CHECK (state IN
    ('DRAFT', 'SEALED', 'ACKED', 'WITHDRAWING', 'HELD', 'REJECTED', 'EXPIRED')),
  priority INTEGER NOT NULL DEFAULT 0,
  valid_for_s INTEGER,
  created_wall REAL NOT NULL,
  created_mono REAL NOT NULL,
  boot_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  clock_state TEXT,
  suite TEXT,
  portal_key_id TEXT,
  dek_portal BLOB,
  dek_local BLOB,
  body BLOB,
  body_sha256 TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due REAL NOT NULL DEFAULT 0,
  last_problem TEXT,
  held_by TEXT,
  held_why TEXT,
  receipt_no TEXT,
  project_no TEXT,
  stage TEXT NOT NULL DEFAULT 'collected',
  received_at TEXT,
  accept_date TEXT,
  promise_date TEXT,
  acked_wall REAL,
  acked_mono REAL,
  acked_boot TEXT,
  UNIQUE (case_id, case_seq),
  CHECK (state = 'DRAFT' OR (body IS NOT NULL AND case_seq IS NOT NULL)),
  CHECK (state <> 'ACKED' OR receipt_no IS NOT NULL)
) STRICT;

CREATE INDEX submission_due ON submission (state, priority, id);

CREATE TABLE document (
  id TEXT PRIMARY KEY,
  submission_id TEXT NOT NULL REFERENCES submission (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  material TEXT NOT NULL,
  get_type INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  size_sealed INTEGER NOT NULL,
  sha256_sealed TEXT NOT NULL,
  upload_url TEXT,
  upload_offset INTEGER NOT NULL DEFAULT 0,
  uploaded INTEGER NOT NULL DEFAULT 0,
  UNIQUE (submission_id, ordinal)
) STRICT;

CREATE TABLE attempt (
  submission_id TEXT NOT NULL REFERENCES submission (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  at REAL NOT NULL,
  outcome TEXT NOT NULL,
  PRIMARY KEY (submission_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE print_job (
  id TEXT PRIMARY KEY,
  submission_id TEXT,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('QUEUED', 'SENDING', 'PRINTED', 'SENT', 'NOT_STARTED', 'PARTIAL', 'UNKNOWN')),
  proof TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  printer_id TEXT,
  run_id TEXT NOT NULL,
  declined INTEGER NOT NULL DEFAULT 0,
  created REAL NOT NULL,
  sent REAL,
  settled REAL
) STRICT;

CREATE INDEX print_job_submission ON print_job (submission_id);

CREATE TABLE tombstone (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  case_id TEXT NOT NULL,
  case_seq INTEGER NOT NULL,
  task_code TEXT NOT NULL,
  collection_no TEXT NOT NULL UNIQUE,
  created_wall REAL NOT NULL,
  created_mono REAL NOT NULL,
  boot_id TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  body_sha256 TEXT NOT NULL,
  receipt_no TEXT NOT NULL,
  project_no TEXT,
  stage TEXT NOT NULL,
  received_at TEXT,
  accept_date TEXT,
  promise_date TEXT,
  acked_wall REAL NOT NULL,
  purged_wall REAL NOT NULL
) STRICT;

CREATE INDEX tombstone_case ON tombstone (case_id, case_seq);
