-- The board: what is public. Leaves are never changed; no row says when or from where anything came.

create table log (
  slug   text   primary key,
  origin text   not null unique,
  vkey   text   not null,
  size   bigint not null default 0,
  -- every server that takes a log over adds one: an older server's next commit then fails
  epoch  bigint not null default 0
);

create table leaf (
  slug  text   not null references log,
  index bigint not null,
  -- RFC 6962 leaf hash: the same bytes sent again find their place instead of taking another
  hash  bytea  not null,
  bytes bytea  not null,
  primary key (slug, index),
  unique (slug, hash)
);

create table blob (
  slug   text  not null references log,
  sha256 bytea not null,
  bytes  bytea not null,
  primary key (slug, sha256)
);

-- Every checkpoint the log's key ever signed, in the bytes it was signed in.
create table checkpoint (
  slug text   not null references log,
  size bigint not null,
  note text   not null,
  primary key (slug, size)
);

create table cosignature (
  slug    text   not null,
  size    bigint not null,
  witness text   not null,
  time    bigint not null,
  line    text   not null,
  primary key (slug, size, witness),
  foreign key (slug, size) references checkpoint
);

-- Sizes whose checkpoints stay with their cosignatures: those of the stages (record §6).
create table stage (
  slug text   not null,
  size bigint not null,
  primary key (slug, size),
  foreign key (slug, size) references checkpoint
);
