/** Tables of the local forge. */
export type ForgeSchema = {
  forge_project: { tenant_id: string; name: string; number: number; body: string }
  forge_protection: { tenant_id: string; project: string; pattern: string; body: string }
  forge_merge_request: {
    tenant_id: string
    project: string
    number: number
    state: string
    source: string
    target: string
    body: string
  }
  forge_approval: {
    tenant_id: string
    project: string
    number: number
    login: string
    at_ms: number
    body: string
  }
  forge_note: {
    id: string
    tenant_id: string
    project: string
    number: number
    note_key: string | null
    note_number: number
    created_ms: number
    body: string
  }
  forge_status: { tenant_id: string; project: string; sha: string; context: string; body: string }
  /** `body` is empty for one that was deleted. */
  forge_hook: { tenant_id: string; project: string; number: number; body: string }
  forge_push: { tenant_id: string; project: string; sha: string; login: string; at_ms: number }
}

export const forgeMigration: { name: string; statements: readonly string[] } = {
  name: '0009-forge',
  statements: [
    'create table forge_project (tenant_id text not null, name text not null, number integer not null, body text not null, primary key (tenant_id, name))',
    'create unique index forge_project_number on forge_project (tenant_id, number)',
    'create table forge_protection (tenant_id text not null, project text not null, pattern text not null, body text not null, primary key (tenant_id, project, pattern))',
    `create table forge_merge_request (tenant_id text not null, project text not null, number integer not null, state text not null,
        source text not null, target text not null, body text not null, primary key (tenant_id, project, number))`,
    `create unique index forge_merge_request_open on forge_merge_request (tenant_id, project, source, target) where state = 'OPEN'`,
    'create index forge_merge_request_state on forge_merge_request (tenant_id, project, state, number)',
    `create table forge_approval (tenant_id text not null, project text not null, number integer not null, login text not null,
        at_ms bigint not null, body text not null, primary key (tenant_id, project, number, login))`,
    `create table forge_note (id text primary key, tenant_id text not null, project text not null, number integer not null,
        note_key text, note_number integer not null, created_ms bigint not null, body text not null)`,
    'create index forge_note_request on forge_note (tenant_id, project, number, created_ms)',
    'create unique index forge_note_number on forge_note (tenant_id, project, note_number)',
    'create unique index forge_note_key on forge_note (tenant_id, project, number, note_key) where note_key is not null',
    'create table forge_status (tenant_id text not null, project text not null, sha text not null, context text not null, body text not null, primary key (tenant_id, project, sha, context))',
    'create table forge_hook (tenant_id text not null, project text not null, number integer not null, body text not null, primary key (tenant_id, project, number))',
    'create table forge_push (tenant_id text not null, project text not null, sha text not null, login text not null, at_ms bigint not null, primary key (tenant_id, project, sha, login))',
  ],
}
