-- What reached a server that gives no places now and waits for the one that does (log §3). Nothing
-- here was acknowledged, so it need not outlive the database's own crash, and no backup holds it.

create unlogged table errand (
  -- drawn at random: no order and no place of origin
  id     bytea       primary key,
  slug   text        not null,
  kind   text        not null,
  body   bytea       not null,
  -- that a server which holds the log's key has looked at the proofs; else they are looked at again
  mark   bytea       not null,
  until  timestamptz not null,
  -- the epoch of the keeper that took it; one of a later epoch takes it again
  taken  bigint,
  answer bytea
);
