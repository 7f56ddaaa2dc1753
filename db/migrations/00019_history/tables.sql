-- Of an imported stay, the import it came with: nobody sees it before that is done, nor once it is undone.
ALTER TABLE stays ADD COLUMN import_id TEXT NOT NULL DEFAULT '';
CREATE INDEX stays_import ON stays (store_id, import_id, conversation_id, seq) WHERE import_id <> '';
-- A store's own stays come first: however many are imported, its figures do not wait for them.
DROP INDEX stays_to_sum;
CREATE INDEX stays_to_sum ON stays (store_id, import_id, ended_at, conversation_id, seq) WHERE NOT summed;
-- Of a line of past conversations: the conversation, as its stays will know it, and when it happened. A conversation's
-- lines need not stand together in the file.
ALTER TABLE import_lines ADD COLUMN story TEXT NOT NULL DEFAULT '';
ALTER TABLE import_lines ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX import_lines_story ON import_lines (store_id, import_id, story, at, n) WHERE story <> '';
