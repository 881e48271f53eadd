-- Registers.
CREATE TABLE unit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    parent INTEGER REFERENCES unit (id),
    region TEXT,
    -- Derived from the tree whenever it changes: ids from the root as '/1/5/', and the nearest region at or above.
    path TEXT NOT NULL DEFAULT '',
    region_here TEXT
);
CREATE INDEX unit_path ON unit (path);

CREATE TABLE person (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    nip TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    employment TEXT NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    position TEXT NOT NULL
);
CREATE INDEX person_unit ON person (unit_id);

CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person (id),
    platform TEXT NOT NULL,
    handle TEXT NOT NULL,
    platform_id TEXT,
    kind TEXT NOT NULL,
    ownership TEXT NOT NULL,
    proof TEXT,
    owned_since INTEGER,
    owned_until INTEGER,
    consent TEXT,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    registered_at INTEGER NOT NULL,
    UNIQUE (platform, handle)
);
CREATE INDEX account_person ON account (person_id);

CREATE TABLE pledge (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE,
    place TEXT NOT NULL,
    signed_on TEXT NOT NULL,
    points TEXT NOT NULL
);
CREATE TABLE pledge_signatory (
    pledge_id INTEGER NOT NULL REFERENCES pledge (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (pledge_id, person_id)
) WITHOUT ROWID;
CREATE INDEX pledge_signatory_person ON pledge_signatory (person_id);

-- The schedule: state of reading, one row per account.
CREATE TABLE poll (
    account_id INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    cursor TEXT,
    etag TEXT,
    last_modified TEXT,
    body_digest TEXT,
    interval_ms INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    unfinished INTEGER NOT NULL DEFAULT 0,
    next_poll_at INTEGER NOT NULL,
    lease_until INTEGER,
    leased_by TEXT,
    last_poll_at INTEGER,
    last_success_at INTEGER,
    last_outcome TEXT
);
CREATE INDEX poll_due ON poll (next_poll_at);
CREATE INDEX poll_leased_by ON poll (leased_by) WHERE leased_by IS NOT NULL;

-- The desk.
CREATE TABLE user_account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    unit_id INTEGER REFERENCES unit (id),
    password_hash TEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at INTEGER NOT NULL
);

-- Cases.
CREATE TABLE post_case (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person (id),
    account_id INTEGER NOT NULL REFERENCES account (id),
    key_sha256 BLOB NOT NULL,
    post_key TEXT NOT NULL,
    state TEXT NOT NULL,
    level INTEGER NOT NULL,
    contest TEXT,
    phase TEXT,
    detected_at INTEGER NOT NULL,
    known_at INTEGER,
    closed_at INTEGER,
    outlook TEXT NOT NULL,
    missing_since INTEGER,
    next_look_at INTEGER,
    versions INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 0,
    first_reader INTEGER REFERENCES user_account (id),
    second_reader INTEGER REFERENCES user_account (id),
    asked_at INTEGER,
    answer_due_at INTEGER,
    answered_at INTEGER,
    proposed TEXT,
    proposed_by INTEGER REFERENCES user_account (id),
    leased_by INTEGER REFERENCES user_account (id),
    leased_until INTEGER,
    UNIQUE (person_id, key_sha256)
);
CREATE INDEX case_queue ON post_case (state, level DESC, detected_at, id);
CREATE INDEX case_look ON post_case (next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX case_account ON post_case (account_id);

CREATE TABLE version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES post_case (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    url TEXT,
    author_key TEXT NOT NULL,
    author_handle TEXT NOT NULL,
    -- UTF-8 bytes: a text may hold NUL, which TEXT cannot.
    body BLOB NOT NULL,
    foreign_spans TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    published_at INTEGER,
    edited_at INTEGER,
    detected_at INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    ruleset TEXT NOT NULL,
    contest TEXT,
    phase TEXT,
    UNIQUE (case_id, number)
);

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version_id INTEGER NOT NULL UNIQUE REFERENCES version (id),
    url TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    tool TEXT NOT NULL,
    excerpt BLOB NOT NULL,
    excerpt_sha256 TEXT NOT NULL,
    answer_offset INTEGER NOT NULL,
    answer_sha256 TEXT NOT NULL,
    answer_bytes INTEGER NOT NULL,
    decoded_from TEXT
);

CREATE TABLE look (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES post_case (id),
    at INTEGER NOT NULL,
    answer TEXT NOT NULL,
    how TEXT NOT NULL,
    outlook TEXT NOT NULL
);
CREATE INDEX look_case ON look (case_id, at);

CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES post_case (id),
    at INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES user_account (id),
    action TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    reason TEXT NOT NULL,
    revision INTEGER NOT NULL
);
CREATE INDEX decision_case ON decision (case_id, id);

-- Keyed fingerprints of posts that were read: all that stays of a post that was not flagged.
CREATE TABLE seen (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    key BLOB NOT NULL,
    content BLOB NOT NULL,
    seen_at INTEGER NOT NULL,
    case_id INTEGER REFERENCES post_case (id),
    PRIMARY KEY (account_id, key)
) WITHOUT ROWID;
CREATE INDEX seen_age ON seen (seen_at);

-- Counters per day; no person in them.
CREATE TABLE tally (
    day INTEGER NOT NULL,
    rule TEXT NOT NULL,
    version TEXT NOT NULL,
    outcome TEXT NOT NULL,
    hits INTEGER NOT NULL,
    PRIMARY KEY (day, rule, version, outcome)
) WITHOUT ROWID;

-- The record: a hash chain, and its signed head.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    salt BLOB NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL
);
CREATE INDEX journal_subject ON journal (subject, seq);
CREATE TABLE journal_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    at INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL
);

-- Sessions of the desk.
CREATE TABLE session (
    token_sha256 BLOB PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES user_account (id),
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_of_user ON session (user_id);
CREATE INDEX session_expiry ON session (expires_at);
CREATE TABLE login_attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    at INTEGER NOT NULL,
    success BOOLEAN NOT NULL
);
CREATE INDEX login_attempt_name ON login_attempt (name, at);
CREATE INDEX login_attempt_at ON login_attempt (at);
