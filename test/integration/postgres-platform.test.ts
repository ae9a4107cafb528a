import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@aiops/contract/client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runCli } from '../journey/run-cli.ts'
import { startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import {
  type PostgresServer,
  postgresPassword,
  postgresPrograms,
  postgresRole,
  startPostgres,
} from './postgres.ts'
import { integration } from './real-server.ts'

const requests = 30
const alertsEach = 10
const waiting = { timeout: 90_000, interval: 250 }
/** How long a sender goes on trying. */
const sendTries = 100

integration('the program with its records in PostgreSQL', postgresPrograms, () => {
  let server: PostgresServer
  const folder = temporaryFolder('postgres')
  beforeAll(async () => {
    server = await startPostgres()
    mkdirSync(join(folder.path, 'secrets'))
    writeFileSync(join(folder.path, 'secrets', 'RECORDS'), postgresPassword, { mode: 0o600 })
  })
  afterAll(async () => {
    await server?.remove()
    folder.remove()
  })
  const records = (): string => `${server.address}?user=${postgresRole}&secret=RECORDS`
  const settings = (): string[] => ['ingest.host.enabled=false', `adapters.records=${records()}`]

  test('makes incidents of a storm while PostgreSQL goes and comes back, and has everything after a kill', async () => {
    const platform = await startPlatform(folder.path, settings())
    const { client } = platform
    for (let request = 0; request < requests; request += 1) {
      if (request === requests / 2) {
        await server.kill()
        const refused = await send(platform.url, request)
        expect(refused.status).toBe(503)
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
        await server.start()
      }
      await sendUntilTaken(platform.url, request)
    }
    const total = requests * alertsEach
    await vi.waitUntil(async () => (await joined(client)) === total, waiting)
    const { incidents } = await client.listIncidents({ query: {} })
    expect(incidents.length).toBeLessThan(total / 10)
    const [first] = incidents
    await client.setIncidentStatus({ params: { id: first!.id }, body: { status: 'ACKNOWLEDGED' } })
    const before = await client.getIncident({ params: { id: first!.id } })
    await platform.stop('SIGKILL')

    const again = await startPlatform(folder.path, settings())
    expect(await again.client.getIncident({ params: { id: first!.id } })).toMatchObject({
      ...{ id: before.id, number: before.number, status: 'ACKNOWLEDGED', alert_count: before.alert_count },
    })
    expect(await joined(again.client)).toBe(total)
    expect((await again.client.listIncidents({ query: {} })).incidents.map(({ id }) => id).sort()).toEqual(
      incidents.map(({ id }) => id).sort(),
    )
    expect((await again.client.verifyAudit({ query: {} })).findings).toEqual([])
    const config = join(folder.path, 'records.yaml')
    writeFileSync(config, `adapters: { records: "${records()}" }`)
    const ran = await runCli(again.url, ['audit', 'verify', '--data', folder.path, '--config', config])
    expect(ran, ran.stderr).toMatchObject({ code: 0 })
    expect(await again.stop()).toBe(0)
  }, 300_000)
  test('says at the start what of the setting is wrong', async () => {
    const wrong = records().replace('/aiops?', '/missing?')
    await expect(
      startPlatform(folder.path, ['ingest.host.enabled=false', `adapters.records=${wrong}`]),
    ).rejects.toThrow(/has no database \\?"missing/)
  })
})

function send(url: string, request: number): Promise<Response> {
  const starts_at = new Date(Date.now() - 1_000).toISOString()
  return fetch(`${url}/api/v1/alerts/ingest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      source: 'storm',
      alerts: Array.from({ length: alertsEach }, (_, i) => ({
        ...{
          name: `HighLatency${i % 3}`,
          severity: 'critical',
          status: 'firing',
          message: 'slow',
          starts_at,
        },
        ...{
          fingerprint: `storm-${request}-${i}`,
          labels: { service: `shop-${i % 2}`, instance: `${request}` },
        },
      })),
    }),
  })
}

/** As a sender does that is told to come again. */
async function sendUntilTaken(url: string, request: number): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await send(url, request)
    if (answer.ok) return
    if (answer.status !== 503 || attempt >= sendTries)
      throw new Error(`${answer.status} ${await answer.text()}`)
    await sleep(100)
  }
}

/** Fingerprints of the storm that belong to an incident. */
async function joined(client: Client): Promise<number> {
  const found = new Set<string>()
  for (let page = 1; ; page += 1) {
    const { items } = await client.searchAlerts({
      query: { source: ['storm'], incident: 'yes', page, page_size: 100, facets: 'no' },
    })
    for (const { fingerprint } of items) found.add(fingerprint)
    if (items.length < 100) return found.size
  }
}
