-- What the proof of parity came to that was shown with a comparison, as JSON; NULL: none was made then.
ALTER TABLE rule_trial ADD COLUMN parity TEXT;
