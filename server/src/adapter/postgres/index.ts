/** Records in PostgreSQL: the dialect that speaks to it, its settings and its failures. */
export { PostgresConfig } from './config.ts'
export { type PostgresOptions, postgresDialect } from './dialect.ts'
