import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, createClient } from '@aiops/contract/client'
import type { Answer } from '@aiops/contract/model/answer'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runbook } from '../ask/system/told.ts'
import { runCli } from './run-cli.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

const keys = {
  anna: { role: 'admin', tenant: 'default' },
  victor: { role: 'viewer', tenant: 'default' },
  olga: { role: 'admin', tenant: 'other' },
} as const
const keyOf = (name: string): string => `key-of-${name}`

describe('asking with the rights of a key', () => {
  const folder = temporaryFolder('ask-permission')
  let server: Server
  let [anna, victor, olga]: Client[] = []
  const ask = (client: Client | undefined, question: string): Promise<Answer> =>
    client!.ask({ body: { question } })

  beforeAll(async () => {
    mkdirSync(join(folder.path, 'runbooks'), { recursive: true })
    writeFileSync(join(folder.path, 'runbooks', 'restart-pool.yaml'), runbook)
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
    const given = Object.entries(keys).map(
      ([name, { role, tenant }]) =>
        `{name: ${name}, role: ${role}, tenant: ${tenant}, sha256: "${sha256(keyOf(name))}"}`,
    )
    server = await startServer(folder.path, [
      ...['ingest.host.enabled=false', 'auth.tenants=[default, other]'],
      `auth.api_keys=[${given.join(', ')}]`,
    ])
    const clients = Object.keys(keys).map((name) => createClient({ url: server.url, token: keyOf(name) }))
    ;[anna, victor, olga] = clients
    const alert = {
      ...{ labels: { alertname: 'HighErrorRate', service: 'billing', severity: 'critical' } },
      ...{ status: 'firing', startsAt: new Date(Date.now() - 60_000).toISOString() },
      annotations: { summary: 'More than 5 % of the answers of billing are errors.' },
    }
    const told = await fetch(`${server.url}/api/v1/alerts/webhook`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyOf('anna')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ version: '4', status: 'firing', groupLabels: {}, alerts: [alert] }),
    })
    expect(told.status).toBeLessThan(300)
    await vi.waitUntil(async () => (await anna!.listIncidents({})).incidents.length > 0, { timeout: 20_000 })
  })
  afterAll(async () => {
    await server?.stop()
    folder.remove()
  })

  const waiting = async (): Promise<number> =>
    (await anna!.listRemediations({ query: { status: ['PENDING_APPROVAL'] } })).total

  it('answers a viewer, who cannot propose: it is said, and nothing waits for approval', async () => {
    expect((await ask(victor, 'What is broken?')).text).toContain('billing')
    const before = await waiting()
    const { outcome, proposal, checked } = await ask(victor, 'Run restart-pool on billing')
    expect([outcome, proposal]).toEqual(['UNANSWERABLE', null])
    expect(checked.find(({ tool }) => tool === 'propose_runbook')).toMatchObject({ status: 'DENIED' })
    expect(await waiting()).toBe(before)
  })

  it('proposes for who may, and leaves the approval to a person', async () => {
    const { outcome, proposal } = await ask(anna, 'Run restart-pool on billing')
    expect([outcome, proposal?.runbook_id]).toEqual(['PROPOSED', 'restart-pool'])
    const { items } = await anna!.listRemediations({})
    expect(items.map(({ status, decided_by }) => [status, decided_by])).toEqual([['PENDING_APPROVAL', null]])
  })

  it('shows nothing of one tenant to another', async () => {
    const { id } = await anna!.createChatSession({ body: { shared: true } })
    await anna!.sendChatMessage({ params: { id }, body: { content: 'Is billing healthy?' } })
    for (const question of ['What is broken?', 'Why is billing failing?', 'Which alerts are firing?']) {
      const { text, evidence, tables } = await ask(olga, question)
      expect(JSON.stringify([text.replace('"billing"', ''), evidence, tables])).not.toMatch(
        /HighErrorRate|INC-\d|service\/billing|answers of billing/,
      )
    }
    expect((await olga!.listChatSessions({})).total).toBe(0)
    await expect(olga!.getChatSession({ params: { id } })).rejects.toMatchObject({
      code: 'SESSION_NOT_FOUND',
    })
  })

  it('refuses who shows no key, in a terminal with one sentence', async () => {
    await expect(ask(createClient({ url: server.url }), 'What is broken?')).rejects.toMatchObject({
      status: 401,
    })
    const { code, stderr } = await runCli(server.url, ['ask', 'what is broken?'])
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1])
    const asked = await runCli(server.url, ['ask', 'what is broken?', '--token', keyOf('victor')])
    expect([asked.code, asked.stdout]).toEqual([0, expect.stringContaining('billing')])
  })
})
