/**
 * The audit log: appends a second, one after another and many at once, and how long a verification takes.
 *
 *   node bench/audit.ts [entries to verify, 200000]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteRecordStore } from '../server/src/adapter/kysely/record-store.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import type { AuditRecord } from '../server/src/port/record-store.ts'
import { verifyAudit } from '../server/src/service/identity/index.ts'

const total = Number(process.argv[2] ?? 200_000)
const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-audit-'))
const records = await openSqliteRecordStore(join(folder, 'records.db'))
const recordOf = (n: number): AuditRecord => ({
  ...{ at: new Date().toISOString(), tenant: 'default', actor: 'anna', action: 'approveRemediation' },
  ...{
    resource: `/api/v1/remediations/${n}/approve`,
    outcome: 'SUCCESS',
    details: { comment: 'looks right' },
  },
})
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1_000
}
const rate = (what: string, count: number, took: number): void =>
  console.log(`${what.padEnd(48)} ${Math.round(count / took).toLocaleString('en')} entries/s`)

const alone = 500
rate(
  'one after another',
  alone,
  await seconds(async () => {
    for (let n = 0; n < alone; n += 1) await records.audit.append(recordOf(n))
  }),
)
const writers = 64
rate(
  `${writers} writers, each waiting for its own`,
  writers * 200,
  await seconds(() =>
    Promise.all(
      Array.from({ length: writers }, async () => {
        for (let n = 0; n < 200; n += 1) await records.audit.append(recordOf(n))
      }),
    ),
  ),
)
let written = alone + writers * 200
const fill = total - written
rate(
  '10,000 at once, again and again',
  fill,
  await seconds(async () => {
    while (written < total) {
      const next = Math.min(10_000, total - written)
      await Promise.all(Array.from({ length: next }, (_, n) => records.audit.append(recordOf(n))))
      written += next
    }
  }),
)
let longestMs = 0
let lastMs = performance.now()
const beat = setInterval(() => {
  longestMs = Math.max(longestMs, performance.now() - lastMs)
  lastMs = performance.now()
}, 1)
const took = await seconds(() =>
  verifyAudit({ chain: records.audit, checkpoints: [], keys: new Map(), clock: systemClock }),
)
rate(`verified ${total.toLocaleString('en')} in ${took.toFixed(1)} s`, total, took)
console.log(`the thread was held for ${longestMs.toFixed(0)} ms at most while verifying`)
for (const [what, filter] of [
  ['the newest page', {}],
  ['a page of what nobody did', { actor: 'nobody' }],
  ['a page that holds a text nowhere', { text: 'nowhere' }],
] as const)
  console.log(
    `${what.padEnd(48)} ${((await seconds(() => records.audit.list('default', { ...filter, limit: 50 }))) * 1_000).toFixed(0)} ms`,
  )
clearInterval(beat)
console.log(`the thread was held for ${longestMs.toFixed(0)} ms at most in all`)
await records.close()
rmSync(folder, { recursive: true, force: true })
