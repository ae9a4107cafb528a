import { createHash } from 'node:crypto'
import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { runCli } from './run-cli.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

const folder = temporaryFolder('audit')
afterAll(folder.remove)
const data = join(folder.path, 'data')
const elsewhere = join(folder.path, 'elsewhere', 'checkpoints.jsonl')
const settings = [
  'ingest.host.enabled=false',
  `auth.audit.checkpoint_copies=["${elsewhere}"]`,
  'auth.audit.checkpoint_every=5',
]
/** Nothing listens there: what works on a folder asks no server. */
const nowhere = 'http://127.0.0.1:9'
const verified = (path: string, ...more: string[]) =>
  runCli(nowhere, ['audit', 'verify', '--data', path, ...more])

/** Each is an entry: it changes something, or tries to. */
async function act(server: Server, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n += 1)
    await server.client.deletePersona({ params: { id: `nobody-${n}` } }).catch(() => undefined)
}

describe('the audit log', () => {
  it('tells who did what, and that it is whole, of a running server and of a stopped one', async () => {
    const server = await startServer(data, settings)
    try {
      await act(server, 0, 12)
      const { entries, next } = await server.client.listAudit({ query: { limit: 5 } })
      expect(entries.map(({ sequence }) => sequence)).toEqual([12, 11, 10, 9, 8])
      expect(entries[0]).toMatchObject({
        ...{ actor: 'local', action: 'deletePersona', resource: '/api/v1/personas/nobody-11' },
        outcome: 'FAILURE',
      })
      expect(next).toBe(8)
      const listed = await runCli(server.url, [
        'audit',
        'list',
        '--resource',
        'nobody-3',
        '--outcome',
        'failure',
      ])
      expect(listed.stdout).toMatch(/^4 .*local +deletePersona +FAILURE +\/api\/v1\/personas\/nobody-3$/m)
      const exported = await fetch(`${server.url}/api/v1/audit/export?duration=1h`)
      const lines = (await exported.text()).trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line).sequence)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
      // Whoever has a line can tell that it is a link of the chain.
      for (const line of lines) {
        const { hash, previous_hash: before, tenant_id: tenant, ...entry } = JSON.parse(line)
        const said = Object.fromEntries(
          Object.entries({ ...entry, tenant }).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
        const sum = createHash('sha256').update(Buffer.from(before, 'hex')).update(JSON.stringify(said))
        expect(sum.digest('hex')).toBe(hash)
      }
      for (const asked of [await runCli(server.url, ['audit', 'verify']), await verified(data)]) {
        expect(asked.stdout).toMatch(/^The (audit log is whole:|links of)/)
        expect(asked.code).toBe(0)
      }
    } finally {
      expect(await server.stop()).toBe(0)
    }
    const stopped = await verified(data, '--json')
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      status: 'WHOLE',
      entries: 12,
      good_to: 12,
      not_sealed: 0,
    })
    expect(readFileSync(elsewhere, 'utf8')).toBe(
      readFileSync(join(data, 'audit', 'checkpoints.jsonl'), 'utf8'),
    )
    expect(statSync(join(data, 'audit-signing-key.pem')).mode & 0o777).toBe(0o600)
  })

  it('that somebody edited, deleted from, reordered or cut off is found, each with its sentence', async () => {
    const cases = [
      [
        `update audit set body = replace(body, 'nobody-4', 'nobody-9') where sequence = 5`,
        /Entry 5 does not fit its hash: it, or the hash of entry 4, was changed\./,
      ],
      ['delete from audit where sequence = 7', /Entry 7 is missing\./],
      [
        `update audit set sequence = -1 where sequence = 3; update audit set sequence = 3 where sequence = 8;
         update audit set sequence = 8 where sequence = -1`,
        /2 findings, the first at entry 3\.[\s\S]*In place 3 stands the entry that was written as number 8\./,
      ],
      [
        'delete from audit where sequence > 9',
        /The end is missing: there were 12 entries on .*, and there are 9\./,
      ],
    ] as const
    for (const [sql, sentence] of cases) {
      const copy = join(folder.path, 'copy')
      rmSync(copy, { recursive: true, force: true })
      cpSync(data, copy, { recursive: true })
      const database = new DatabaseSync(join(copy, 'records.db'))
      const [plain] = sql.split(';')
      expect(() => database.exec(plain as string)).toThrow(/audit log/)
      database.exec('drop trigger audit_unchanged; drop trigger audit_kept; drop trigger audit_in_order')
      database.exec(sql)
      database.close()
      const found = await verified(copy)
      expect(found.stdout).toMatch(sentence)
      expect(found.code, sql).toBe(1)
    }
  })

  it('whose checkpoints are gone or of another key is not called whole; a copy and a key kept elsewhere still prove it', async () => {
    const copy = join(folder.path, 'copy')
    rmSync(copy, { recursive: true, force: true })
    cpSync(data, copy, { recursive: true })
    const key = join(folder.path, 'key.pem')
    writeFileSync(key, (await runCli(nowhere, ['audit', 'key', '--data', data])).stdout)
    rmSync(join(copy, 'audit'), { recursive: true })
    expect(await verified(copy)).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('no signed checkpoint'),
    })
    const proven = await verified(copy, '--checkpoints', elsewhere, '--public-key', key)
    expect(proven).toMatchObject({ code: 0, stdout: expect.stringContaining('is whole: 12 entries') })
    // Whoever owns the folder cuts the log off and lets the server sign it anew with a key of its own.
    rmSync(join(copy, 'audit-signing-key.pem'))
    const database = new DatabaseSync(join(copy, 'records.db'))
    database.exec('drop trigger audit_kept; delete from audit where sequence > 4')
    database.close()
    await (await startServer(copy)).stop()
    expect((await verified(copy)).code).toBe(0)
    const found = await verified(copy, '--checkpoints', elsewhere, '--public-key', key)
    expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('there were 12 entries') })
    const trusted = await verified(copy, '--public-key', key)
    expect(trusted).toMatchObject({ code: 1, stdout: expect.stringContaining('is of another key') })
  })

  it('holds every action that was answered, and verifies, after a kill while many wrote', async () => {
    const path = join(folder.path, 'killed')
    let answered = 0
    for (let round = 0; round < 3; round += 1) {
      const server = await startServer(path, [...settings.slice(0, 1), 'auth.audit.checkpoint_every=20'])
      let killed: Promise<unknown> | undefined
      const writers = Array.from({ length: 16 }, async (_, n) => {
        for (let i = 0; i < 200; i += 1) {
          const url = `${server.url}/api/v1/personas/nobody-${n}-${i}`
          const response = await fetch(url, { method: 'DELETE' }).catch(() => undefined)
          if (response?.status !== 404) return
          answered += 1
          if (answered >= (round + 1) * 150) killed ??= server.stop('SIGKILL')
        }
      })
      await Promise.all(writers)
      await killed
      const { stdout, code } = await verified(path, '--json')
      expect(code, stdout).toBe(0)
      expect(JSON.parse(stdout).entries).toBeGreaterThanOrEqual(answered)
    }
  })
})
