/** Pieces of the past of a topology, and when it was watched. `to_ms` of what lasts is `lasting`, so that one comparison finds what holds at a time. */
export type TopologyHistorySchema = {
  topology_piece: {
    tenant_id: string
    key: string
    from_ms: number
    to_ms: number
    appeared: number
    vanished: number
    seen_ms: number | null
    body: string
  }
  topology_watch: { tenant_id: string; from_ms: number; until_ms: number }
}

/** Later than any time a clock tells, and exact as a double. */
export const lasting = 8_640_000_000_000_000

export const topologyHistoryMigration: { name: string; statements: readonly string[] } = {
  name: '0023-topology-history',
  statements: [
    `create table topology_piece (tenant_id text not null, key text not null, from_ms bigint not null, to_ms bigint not null,
      appeared integer not null, vanished integer not null, seen_ms bigint, body text not null, primary key (tenant_id, key, from_ms))`,
    'create index topology_piece_from on topology_piece (tenant_id, from_ms, appeared)',
    'create index topology_piece_to on topology_piece (tenant_id, to_ms, vanished)',
    'create table topology_watch (tenant_id text not null, from_ms bigint not null, until_ms bigint not null, primary key (tenant_id, from_ms))',
  ],
}
