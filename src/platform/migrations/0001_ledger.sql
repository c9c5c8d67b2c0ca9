-- The ledger of all accounts. Migrations are added, never changed. A row that is written costs two: itself and its index.
CREATE TABLE generations (
  -- Id without the prefix of a client format.
  id TEXT PRIMARY KEY,
  -- SHA-256 of the key in hex.
  account TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  -- The whole row as JSON. The columns below are computed of it.
  row TEXT NOT NULL,
  created_at TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%SZ', created_ms / 1000, 'unixepoch')) VIRTUAL,
  operation TEXT GENERATED ALWAYS AS (row ->> '$.operation') VIRTUAL,
  format TEXT GENERATED ALWAYS AS (row ->> '$.format') VIRTUAL,
  model TEXT GENERATED ALWAYS AS (row ->> '$.model') VIRTUAL,
  model_asked TEXT GENERATED ALWAYS AS (row ->> '$.modelAsked') VIRTUAL,
  provider TEXT GENERATED ALWAYS AS (row ->> '$.provider') VIRTUAL,
  user TEXT GENERATED ALWAYS AS (row ->> '$.user') VIRTUAL,
  session TEXT GENERATED ALWAYS AS (row ->> '$.session') VIRTUAL,
  attempts INTEGER GENERATED ALWAYS AS (row ->> '$.attempts') VIRTUAL,
  adjustments INTEGER GENERATED ALWAYS AS (row ->> '$.adjustments') VIRTUAL,
  prompt_tokens INTEGER GENERATED ALWAYS AS (row ->> '$.tokens.prompt') VIRTUAL,
  completion_tokens INTEGER GENERATED ALWAYS AS (row ->> '$.tokens.completion') VIRTUAL,
  cached_tokens INTEGER GENERATED ALWAYS AS (row ->> '$.tokens.cached') VIRTUAL,
  cache_write_tokens INTEGER GENERATED ALWAYS AS (row ->> '$.tokens.cacheWrite') VIRTUAL,
  reasoning_tokens INTEGER GENERATED ALWAYS AS (row ->> '$.tokens.reasoning') VIRTUAL,
  -- Billionths of a USD.
  cost_nano_usd INTEGER GENERATED ALWAYS AS (row ->> '$.costNanoUsd') VIRTUAL,
  duration_ms INTEGER GENERATED ALWAYS AS (row ->> '$.durationMs') VIRTUAL,
  first_content_ms INTEGER GENERATED ALWAYS AS (row ->> '$.firstContentMs') VIRTUAL,
  status INTEGER GENERATED ALWAYS AS (row ->> '$.status') VIRTUAL,
  error TEXT GENERATED ALWAYS AS (row ->> '$.error') VIRTUAL,
  finish TEXT GENERATED ALWAYS AS (row ->> '$.finish') VIRTUAL,
  streamed INTEGER GENERATED ALWAYS AS (row ->> '$.streamed') VIRTUAL,
  cancelled INTEGER GENERATED ALWAYS AS (row ->> '$.cancelled') VIRTUAL,
  cache TEXT GENERATED ALWAYS AS (row ->> '$.cache') VIRTUAL,
  is_byok INTEGER GENERATED ALWAYS AS (row ->> '$.isByok') VIRTUAL
) WITHOUT ROWID;

CREATE INDEX generations_created ON generations (created_ms);
