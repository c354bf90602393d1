/** Webhooks and what is on its way to them; see `WebhookStore`. */
export const tables = `
create table webhooks (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  url text not null,
  events text not null,
  description text not null,
  enabled integer not null,
  disabled_reason text,
  secret text not null,
  old_secrets text not null,
  paused_until integer not null,
  failures integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;
create index webhooks_account on webhooks (account_id, created_at);

create table webhook_deliveries (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  webhook_id text not null references webhooks (id) on delete cascade,
  event text not null,
  body text not null,
  status text not null,
  attempts text not null,
  tries integer not null,
  next_at integer not null,
  lease_until integer,
  created_at integer not null
) strict;
create index webhook_deliveries_log on webhook_deliveries (webhook_id, created_at);
create index webhook_deliveries_due on webhook_deliveries (next_at) where status = 'pending';
create index webhook_deliveries_leased on webhook_deliveries (webhook_id, lease_until) where lease_until is not null;
create index webhook_deliveries_age on webhook_deliveries (created_at);
`;
