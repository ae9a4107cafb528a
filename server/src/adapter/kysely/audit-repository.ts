import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { AuditRecord, AuditRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

const pageRows = 1_000

/** Each hash covers the record, its sequence and the hash before it: to change one unseen, all later ones would have to change. */
const hashOf = (previous: string, sequence: number, body: string): string =>
  createHash('sha256').update(`${previous}\n${sequence}\n${body}`).digest('hex')

export function auditRepository(db: Kysely<Schema>): AuditRepository {
  return {
    async append(record) {
      const last = await db
        .selectFrom('audit')
        .select(['sequence', 'hash'])
        .orderBy('sequence', 'desc')
        .limit(1)
        .executeTakeFirst()
      const sequence = (last?.sequence ?? 0) + 1
      const body = JSON.stringify(record)
      await db
        .insertInto('audit')
        .values({ sequence, tenant_id: record.tenant, hash: hashOf(last?.hash ?? '', sequence, body), body })
        .execute()
    },
    async list(tenant, limit) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('tenant_id', '=', tenant)
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        ...(JSON.parse(row.body) as AuditRecord),
        sequence: row.sequence,
        hash: row.hash,
      }))
    },
    async verify() {
      let previous = ''
      for (let sequence = 1; ; ) {
        const rows = await db
          .selectFrom('audit')
          .selectAll()
          .where('sequence', '>=', sequence)
          .orderBy('sequence')
          .limit(pageRows)
          .execute()
        for (const row of rows) {
          if (row.sequence !== sequence || row.hash !== hashOf(previous, sequence, row.body)) return sequence
          previous = row.hash
          sequence += 1
        }
        if (rows.length < pageRows) return null
      }
    },
  }
}
