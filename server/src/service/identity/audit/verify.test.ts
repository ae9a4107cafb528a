import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openRig, recordOf, verifyFolder } from '../../../../../test/audit/open-rig.ts'
import { canonicalJson } from '../../../kernel/canonical-json.ts'
import { auditHash, noHash } from '../../../port/audit-chain.ts'

/** 60 entries with a checkpoint at 0, 10, 20, … 60. */
const entries = 60
const root = mkdtempSync(join(tmpdir(), 'aiops-audit-verify-'))
const original = join(root, 'original')
const copy = join(root, 'copy')
afterAll(() => rmSync(root, { recursive: true, force: true }))
let publicKey = ''

beforeAll(async () => {
  mkdirSync(original)
  const { audit, records, clock, key } = await openRig(original)
  publicKey = key.publicKey
  await audit.start()
  for (let n = 0; n < entries; n += 1) {
    await records.audit.append(recordOf(n))
    if ((n + 1) % 10 !== 0) continue
    await clock.advance(1_000)
    await vi.waitFor(async () => expect((await audit.checkpoints(1))[0]?.sequence).toBe(n + 1))
  }
  await audit.stop()
  await records.close()
})

/** A tamperer who owns the data folder: the triggers are no hindrance. */
async function tampered(tamper: (database: DatabaseSync) => void) {
  rmSync(copy, { recursive: true, force: true })
  cpSync(original, copy, { recursive: true })
  const database = new DatabaseSync(join(copy, 'records.db'))
  database.exec('pragma synchronous = off')
  database.exec('drop trigger audit_unchanged; drop trigger audit_kept; drop trigger audit_in_order')
  tamper(database)
  database.close()
  return verifyFolder(copy, publicKey)
}
type Row = { sequence: number; tenant_id: string; hash: string; body: string }
const rowsOf = (database: DatabaseSync): Row[] =>
  database.prepare('select sequence, tenant_id, hash, body from audit order by sequence').all() as Row[]
const replaceAll = (database: DatabaseSync, rows: readonly Row[]): void => {
  database.exec('delete from audit')
  const insert = database.prepare('insert into audit (sequence, tenant_id, hash, body) values (?, ?, ?, ?)')
  for (const { sequence, tenant_id, hash, body } of rows) insert.run(sequence, tenant_id, hash, body)
}
/** The chain as the program would have written it, from these bodies. */
const rechained = (bodies: readonly string[]): Row[] => {
  let hash = noHash
  return bodies.map((text, i) => {
    const body = canonicalJson({ ...JSON.parse(text), sequence: i + 1 })
    hash = auditHash(hash, body)
    return { sequence: i + 1, tenant_id: JSON.parse(body).tenant, hash, body }
  })
}
const place = fc.integer({ min: 1, max: entries })

describe('a log that nobody touched', () => {
  it('is whole', async () => {
    expect(await verifyFolder(original, publicKey, true)).toMatchObject({
      ...{ status: 'WHOLE', entries, good_to: entries, first_bad: null, findings: [], not_sealed: 0 },
      ...{ checkpoints: 7, notices: [] },
    })
  })
})

describe('a log that somebody', () => {
  it('edited is found, wherever and whatever it was', async () => {
    const edit = fc.record({
      sequence: place,
      position: fc.nat(),
      code: fc.integer({ min: 32, max: 126 }),
      column: fc.constantFrom('body' as const, 'hash' as const),
    })
    await fc.assert(
      fc.asyncProperty(edit, async ({ sequence, position, code, column }) => {
        let changed = false
        const found = await tampered((database) => {
          const text = String(rowsOf(database)[sequence - 1]?.[column])
          const at = position % text.length
          const next = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)
          changed = next !== text
          database.prepare(`update audit set ${column} = ? where sequence = ?`).run(next, sequence)
        })
        expect(found.status).toBe(changed ? 'BROKEN' : 'WHOLE')
        if (changed) expect(found.first_bad).toBe(sequence)
        if (changed) expect(found.good_to).toBe(Math.floor((sequence - 1) / 10) * 10)
      }),
      { numRuns: 60 },
    )
  })

  it('gave to another tenant is found', async () => {
    const found = await tampered((database) =>
      database.exec(`update audit set tenant_id = 'other' where sequence = 17`),
    )
    expect(found).toMatchObject({ status: 'BROKEN', first_bad: 17, good_to: 10 })
  })

  it('took entries from is found, with which are missing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(place, { minLength: 1, maxLength: 12 }), async (gone) => {
        const found = await tampered((database) =>
          database.exec(`delete from audit where sequence in (${gone.join()})`),
        )
        expect(found.status).toBe('BROKEN')
        expect(found.first_bad).toBe(Math.min(...gone))
      }),
      { numRuns: 40 },
    )
  })

  it('cut off at its end is found by the checkpoints alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: entries - 1 }), async (kept) => {
        const found = await tampered((database) =>
          database.exec(`delete from audit where sequence > ${kept}`),
        )
        expect(found).toMatchObject({ status: 'BROKEN', first_bad: kept + 1, entries: kept })
        expect(found.findings.map(({ kind }) => kind)).toEqual(['TRUNCATED'])
        expect(found.good_to).toBe(Math.floor(kept / 10) * 10)
      }),
      { numRuns: 20 },
    )
  })

  it('reordered is found, whether numbers, rows or texts were exchanged', async () => {
    const swap = fc.tuple(place, place, fc.constantFrom('numbers', 'texts')).filter(([a, b]) => a !== b)
    await fc.assert(
      fc.asyncProperty(swap, async ([a, b, what]) => {
        const found = await tampered((database) => {
          const rows = rowsOf(database)
          const [one, two] = [rows[a - 1] as Row, rows[b - 1] as Row]
          rows[a - 1] = what === 'numbers' ? { ...two, sequence: a } : { ...one, body: two.body }
          rows[b - 1] = what === 'numbers' ? { ...one, sequence: b } : { ...two, body: one.body }
          replaceAll(database, rows)
        })
        expect(found).toMatchObject({ status: 'BROKEN', first_bad: Math.min(a, b) })
        expect(found.findings.map(({ kind }) => kind)).toContain('REORDERED')
      }),
      { numRuns: 40 },
    )
  })

  it('wrote anew with a chain that fits is found by the first checkpoint after it', async () => {
    const forged = fc.record({ sequence: place, what: fc.constantFrom('edit', 'delete', 'insert', 'swap') })
    await fc.assert(
      fc.asyncProperty(forged, async ({ sequence, what }) => {
        const found = await tampered((database) => {
          const bodies = rowsOf(database).map(({ body }) => body)
          const one = bodies[sequence - 1] as string
          const other = one.replace('createReport', 'deleteReport')
          if (what === 'edit') bodies[sequence - 1] = other
          else if (what === 'insert') bodies.splice(sequence - 1, 0, other)
          else if (what === 'delete') bodies.splice(sequence - 1, 1)
          else bodies.push(...bodies.splice(sequence - 1, 1), other)
          replaceAll(database, rechained(bodies))
        })
        expect(found.status).toBe('BROKEN')
        const sealed = Math.floor((sequence - 1) / 10) * 10
        expect(found).toMatchObject({ good_to: sealed })
        // Of the last ten nothing but their number is missing where one was taken out.
        const kinds = found.findings.map(({ kind }) => kind)
        expect(['REWRITTEN', 'TRUNCATED'].some((kind) => kinds.includes(kind as never))).toBe(true)
        expect(found.first_bad).toBeLessThanOrEqual(Math.max(sequence, sealed + 1))
      }),
      { numRuns: 40 },
    )
  })
})

describe('checkpoints', () => {
  const lines = (): string[] => readFileSync(join(copy, 'checkpoints.jsonl'), 'utf8').trimEnd().split('\n')
  const put = (next: readonly string[]): void =>
    writeFileSync(join(copy, 'checkpoints.jsonl'), `${next.join('\n')}\n`)

  it('that were changed are forged, whichever part of them', async () => {
    await tampered(() => undefined)
    const good = lines()
    const { key_id: keyId } = JSON.parse(good[2] as string)
    for (const [field, value] of [
      ['sequence', 19],
      ['hash', noHash],
      ['time', '2030-01-01T00:00:00.000Z'],
      ['signature', `A${JSON.parse(good[2] as string).signature.slice(1)}`],
    ] as const) {
      put(good.map((line, i) => (i === 2 ? JSON.stringify({ ...JSON.parse(line), [field]: value }) : line)))
      const found = await verifyFolder(copy, publicKey)
      expect(found.status, field).toBe('BROKEN')
      expect(found.findings[0]?.kind, field).toBe('CHECKPOINT_FORGED')
    }
    expect(keyId).toMatch(/^[0-9a-f]{16}$/)
  })

  it('of another key are not tried, and are forged for whoever says which keys to trust', async () => {
    await tampered(() => undefined)
    const { publicKey: other } = generateKeyPairSync('ed25519')
    const pem = other.export({ type: 'spki', format: 'pem' }) as string
    const found = await verifyFolder(copy, pem)
    expect(found.status).toBe('UNPROVEN')
    expect(found.notices[0]).toMatch(/whose public key is not known here: 7; not tried/)
    expect((await verifyFolder(copy, pem, true)).status).toBe('BROKEN')
  })

  it('that are gone leave the log unproven, and it says what that means', async () => {
    await tampered(() => undefined)
    rmSync(join(copy, 'checkpoints.jsonl'))
    const found = await verifyFolder(copy, publicKey)
    expect(found).toMatchObject({ status: 'UNPROVEN', entries, good_to: 0, not_sealed: entries })
    expect(found.sentence).toMatch(/no signed checkpoint could be tried/)
    expect(found.notices[0]).toMatch(/There are no checkpoints in .*checkpoints.jsonl/)
  })

  it('that a crash cut off are told of and change nothing', async () => {
    await tampered(() => undefined)
    appendFileSync(join(copy, 'checkpoints.jsonl'), '{"sequence":61,"ha\n{"seq')
    const found = await verifyFolder(copy, publicKey)
    expect(found).toMatchObject({ status: 'WHOLE', checkpoints: 7 })
    expect(found.notices).toEqual(['Lines of checkpoints that were never written to their end: 1.'])
  })

  it('hold nothing that can stop a verification', async () => {
    await tampered(() => undefined)
    const good = lines()
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.json(), fc.string(), fc.constant('[]}'), fc.constant('null')),
        async (line) => {
          put([...good, line.replaceAll('\n', ' ')])
          expect(['WHOLE', 'BROKEN']).toContain((await verifyFolder(copy, publicKey)).status)
        },
      ),
      { numRuns: 40 },
    )
  })
})
