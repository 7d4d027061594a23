-- Additive only: the version before finds its own tables as they were and goes on without these.

-- Messages of the kinds that came later (evaluations stay in `message`).
CREATE TABLE act (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN
    ('delivery', 'printed', 'support_message', 'payment', 'refund', 'appointment', 'licence_grant')),
  case_id TEXT NOT NULL,
  after_seq INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('SEALED', 'ACKED', 'HELD', 'REJECTED', 'PURGED')),
  priority INTEGER NOT NULL,
  valid_for_s INTEGER,
  created_wall REAL NOT NULL,
  created_mono REAL NOT NULL,
  boot_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
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
  CHECK (state = 'PURGED' OR body IS NOT NULL)
) STRICT;

CREATE INDEX act_due ON act (state, priority, id);
CREATE INDEX act_case ON act (case_id, kind);

-- Why and by whom something is taken back or given up. It outlives the content.
CREATE TABLE ending (
  id TEXT PRIMARY KEY,
  how TEXT NOT NULL CHECK (how IN ('withdrawn', 'expired')),
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  at REAL NOT NULL
) STRICT;

-- The last tries of each submission or message, with the status of the answer.
CREATE TABLE trial (
  id TEXT NOT NULL,
  n INTEGER NOT NULL,
  at REAL NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER,
  ms INTEGER,
  PRIMARY KEY (id, n)
) STRICT, WITHOUT ROWID;

-- Since when something waits, or lies purged, by the portal's clock.
CREATE TABLE dated (
  id TEXT PRIMARY KEY,
  since REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- The last known catalogue packs.
CREATE TABLE pack (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  etag TEXT,
  file TEXT NOT NULL,
  fetched_at REAL NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX submission_limited ON submission (id) WHERE valid_for_s IS NOT NULL;
