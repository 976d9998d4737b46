-- Rows in the order of their keys; and the one row that says who writes, how often, and how much there is.
CREATE TABLE renkei_rows (
    k bytea NOT NULL PRIMARY KEY,
    v bytea NOT NULL
);
CREATE TABLE renkei_writer (
    one boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
    version integer NOT NULL,
    epoch bigint NOT NULL,
    batch bigint NOT NULL,
    bytes bigint NOT NULL
);
INSERT INTO renkei_writer (version, epoch, batch, bytes) VALUES (1, 0, 0, 0);
