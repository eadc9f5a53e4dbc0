-- Several servers on one database: what the one that gives places tells those that follow it.

-- the size that witnesses are shown now (doors §1 candidate)
alter table log add column candidate bigint not null default 0;
-- rises with every change of a log that is not a leaf: stages, cosignatures, pending acts
alter table log add column turn bigint not null default 0;
