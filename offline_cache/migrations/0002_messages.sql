CREATE TABLE message (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  case_id TEXT NOT NULL,
  after_seq INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('SEALED', 'ACKED', 'HELD', 'REJECTED', 'PURGED')),
  priority INTEGER NOT NULL,
  created_wall REAL NOT NULL,
  created_mono REAL NOT NULL,
  boot_id TEXT NOT NULL,
  body BLOB,
  body_sha256 TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due REAL NOT NULL DEFAULT 0,
  last_problem TEXT,
  held_by TEXT,
  held_why TEXT,
  receipt_no TEXT,
  received_at TEXT,
  acked_wall REAL,
  UNIQUE (kind, case_id),
  CHECK (state = 'PURGED' OR body IS NOT NULL),
  CHECK (state NOT IN ('ACKED', 'PURGED') OR receipt_no IS NOT NULL)
) STRICT;

CREATE INDEX message_due ON message (state, priority, id);
