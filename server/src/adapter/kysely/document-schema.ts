export type DocumentSchema = {
  document: { tenant_id: string; id: string; version: number; body: string }
  document_version: { tenant_id: string; id: string; version: number; body: string }
  document_vector: {
    tenant_id: string
    document_id: string
    model: string
    hash: string
    /** How many vectors there are, and in `vectors` one after the other, 32-bit floats, little-endian. */
    count: number
    vectors: Uint8Array
  }
  incident_profile: { tenant_id: string; incident_id: string; updated_ms: number; body: string }
}

export const documentMigration: { name: string; statements: readonly string[] } = {
  name: '0024-documents',
  statements: [
    'create table document (tenant_id text not null, id text not null, version integer not null, body text not null, primary key (tenant_id, id))',
    'create table document_version (tenant_id text not null, id text not null, version integer not null, body text not null, primary key (tenant_id, id, version))',
    'create table document_vector (tenant_id text not null, document_id text not null, model text not null, hash text not null, count integer not null, vectors blob not null, primary key (tenant_id, document_id))',
    'create table incident_profile (tenant_id text not null, incident_id text not null, updated_ms bigint not null, body text not null, primary key (tenant_id, incident_id))',
  ],
}
