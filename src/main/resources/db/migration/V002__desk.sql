-- The desk: what waits, and what was turned away. Nothing here is part of the record.

-- A name given out before its draft; the same signed request finds the same name.
create table reserved (
  request bytea primary key,
  slug    text  not null unique references log
);

create table enrolment (
  slug    text   not null references log,
  number  bigint not null,
  code_id bytea  not null,
  -- the request as it came (doors §3)
  body    bytea  not null,
  primary key (slug, number)
);
create index enrolment_code on enrolment (slug, code_id);

-- Acts that some have signed and others still must.
create table pending (
  slug   text   not null references log,
  digest bytea  not null,
  -- what is signed stays as it came; the lines collect in the order of their arrival
  act    bytea  not null,
  primary key (slug, digest)
);

create table pending_blob (
  slug   text  not null,
  digest bytea not null,
  sha256 bytea not null,
  bytes  bytea not null,
  primary key (slug, digest, sha256),
  foreign key (slug, digest) references pending on delete cascade
);

create table refusal (
  slug text   not null,
  code text   not null,
  n    bigint not null,
  primary key (slug, code)
);
