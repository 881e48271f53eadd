-- The life of rules: which version stands where, who took it there, what was shown before it went live.
CREATE TABLE rule_life (
    rule TEXT NOT NULL,
    version TEXT NOT NULL,
    stage TEXT NOT NULL,
    -- Who proposed it; NULL for what was adopted with the installation.
    author INTEGER REFERENCES user_account (id),
    since INTEGER NOT NULL,
    -- What the version says, rule and word lists, so that it can run on and be read when the files say something else.
    body TEXT NOT NULL,
    PRIMARY KEY (rule, version)
) WITHOUT ROWID;

CREATE TABLE rule_trial (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES user_account (id),
    old_set TEXT NOT NULL,
    new_set TEXT NOT NULL,
    corpus TEXT NOT NULL,
    corpus_name TEXT NOT NULL,
    texts INTEGER NOT NULL,
    -- JSON: what changed by rule, counts and no text.
    changes TEXT NOT NULL
);

CREATE TABLE rule_step (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rule TEXT NOT NULL,
    version TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- NULL: the machine (adoption, brake).
    user_id INTEGER REFERENCES user_account (id),
    from_stage TEXT,
    to_stage TEXT NOT NULL,
    reason TEXT NOT NULL,
    trial_id INTEGER REFERENCES rule_trial (id)
);
CREATE INDEX rule_step_rule ON rule_step (rule, id);

-- One row: what the first start took over, and who stood up for it; the set that ran last.
CREATE TABLE rule_adoption (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL,
    set_hash TEXT NOT NULL,
    confirmed_by INTEGER REFERENCES user_account (id),
    confirmed_at INTEGER
);
CREATE TABLE rule_force (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    set_hash TEXT NOT NULL,
    at INTEGER NOT NULL
);

-- Which rule made whose post a case, for the brake. No text.
CREATE TABLE case_hit (
    case_id INTEGER NOT NULL REFERENCES post_case (id) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    version TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (id),
    -- When the words were published, and when they were found.
    at INTEGER NOT NULL,
    found_at INTEGER NOT NULL,
    PRIMARY KEY (case_id, rule, version)
) WITHOUT ROWID;
CREATE INDEX case_hit_rule ON case_hit (rule, at);
