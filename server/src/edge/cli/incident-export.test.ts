import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleOf } from '@aiops/contract/example'
import { Alert } from '@aiops/contract/model/alert'
import { Incident, IncidentDetail } from '@aiops/contract/model/incident'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { changeCommands } from './change.ts'
import { incidentExportCommands } from './incident-export.ts'

const at = (minute: number): string =>
  new Date(Date.parse('2026-03-01T10:00:00Z') + minute * 60_000).toISOString()
const alert = (id: string, minute: number, ended: number | null) =>
  Alert.parse({
    ...{ id, tenant_id: 'default', fingerprint: id, source: 'x', name: 'Slow', severity: 'HIGH' },
    ...{
      status: ended === null ? 'FIRING' : 'RESOLVED',
      message: '',
      labels: { service: 'cart' },
      annotations: {},
    },
    ...{
      starts_at: at(minute),
      ends_at: ended === null ? null : at(ended),
      received_at: at(minute),
      incident_id: 'i',
    },
  })
const incident = {
  ...(exampleOf(IncidentDetail) as object),
  ...(exampleOf(Incident) as object),
  ...{
    alerts: [alert('b', 5, null), alert('a', 1, 9)],
    anomalies: [],
    timeline: [],
    remediations: [],
    diagnosis: null,
    reasons: {},
  },
}
const document = {
  ...{
    schema_version: '1',
    exported_at: at(60),
    exported_by: 'ana',
    platform_version: '1',
    incident,
    diagnoses: [],
    changes: [],
  },
  ...{ topology: { entities: [], edges: [] }, topology_at: at(0), left_out: [] },
}

let folder: string
let url: string
let close: () => void
const asked: { path: string; key: string | undefined; body: string }[] = []
beforeEach(async () => {
  asked.length = 0
  folder = mkdtempSync(join(tmpdir(), 'aiops-export-'))
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      asked.push({ path: request.url ?? '', key: request.headers.authorization, body })
      const found = request.url?.includes('/404/') !== true
      const answer = !found
        ? {
            error: {
              code: 'NOT_FOUND',
              message: 'There is no incident 404.',
              trace_id: 't',
              timestamp: at(0),
            },
          }
        : request.method === 'POST'
          ? {
              ...JSON.parse(body),
              id: 'c1',
              at: at(0),
              kind: 'CHAOS',
              tenant_id: 'default',
              source: 'API',
              object: null,
            }
          : document
      response.writeHead(found ? (request.method === 'POST' ? 201 : 200) : 404, {
        'content-type': 'application/json',
      })
      response.end(found && request.url?.endsWith('post-mortem') ? '# Draft\n' : JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  url = `http://127.0.0.1:${port}`
  close = () => server.close()
})
afterEach(() => {
  close()
  rmSync(folder, { recursive: true })
})

const run = async (...argv: string[]): Promise<void> => {
  const program = new Command('aiops').exitOverride()
  incidentExportCommands(program.command('incident <id>'))
  changeCommands(program)
  await program.parseAsync([...argv, '--url', url, '--token', 'key'], { from: 'user' })
}

test('an export is saved as it came, and its alerts as correlate reads them, each when it came and when it ended', async () => {
  const [file, alerts] = [join(folder, 'inc.json'), join(folder, 'alerts.jsonl')]
  await run('incident', 'export', 'INC-12', '--output', file, '--alerts', alerts)
  expect(asked).toEqual([{ path: '/api/v1/incidents/12/export', key: 'Bearer key', body: '' }])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)))
  const lines = readFileSync(alerts, 'utf8').trim().split('\n')
  const read = lines.map((line) => JSON.parse(line) as { received_at: string; payload: { alerts: object[] } })
  const labels = { alertname: 'Slow', service: 'cart' }
  expect(read.map(({ received_at, payload }) => [received_at, ...payload.alerts])).toMatchObject([
    [at(1), { status: 'firing', labels, annotations: { event_id: 'a' }, startsAt: at(1) }],
    [at(5), { status: 'firing', labels, annotations: { event_id: 'b' }, startsAt: at(5) }],
    [at(9), { status: 'resolved', labels, annotations: { event_id: 'a' }, startsAt: at(1), endsAt: at(9) }],
  ])
})

test('a post-mortem is saved, and an incident that is not there is said so in the words of the platform', async () => {
  const file = join(folder, 'pm.md')
  await run('incident', 'post-mortem', '12', '-o', file)
  expect(readFileSync(file, 'utf8')).toBe('# Draft\n')
  await expect(run('incident', 'post-mortem', '404', '-o', file)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: 'There is no incident 404.',
  })
  await expect(run('incident', 'export', '12', '-o', join(folder, 'no', 'x.json'))).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  })
})

test('a change is told with all that was given', async () => {
  await run(
    'change',
    'add',
    'latency on purpose',
    '--of',
    'service/cart',
    '--of',
    'service/web',
    '--kind',
    'chaos',
    '--id',
    'x7',
    '--at',
    '2026-03-01T10:00:00Z',
  )
  expect(JSON.parse(asked[0]!.body)).toEqual({
    ...{ summary: 'latency on purpose', entities: ['service/cart', 'service/web'], kind: 'CHAOS', id: 'x7' },
    at: '2026-03-01T10:00:00.000Z',
  })
})
