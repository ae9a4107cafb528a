import { expect, it } from 'vitest'
import type { HttpRequest } from '../../port/http-client.ts'
import { createAlertmanagerBackend } from './alertmanager-backend.ts'

const ask = { timeoutMs: 5_000 }
const alert = {
  fingerprint: 'f',
  ...{ labels: { alertname: 'Down' }, annotations: { summary: 's' }, generatorURL: 'http://p/graph' },
  ...{ startsAt: '2026-01-01T00:00:00.000Z', endsAt: '2026-01-01T00:05:00+00:00' },
  ...{ status: { state: 'active', silencedBy: [], inhibitedBy: [] }, receivers: [{ name: 'x' }] },
}

function backendOf(body: unknown, status = 200) {
  const asked: HttpRequest[] = []
  const http = {
    send: async (request: HttpRequest) => {
      asked.push(request)
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return { status, headers: {}, body: Buffer.from(text) }
    },
  }
  const access = async () => ({ headers: {} })
  return {
    backend: createAlertmanagerBackend(http, { url: 'http://a:9093', bytesMax: 1_000, access }),
    asked,
  }
}

it('reads alerts that fire, silenced ones too', async () => {
  const { backend, asked } = backendOf([alert])
  expect((await backend.active(ask)).value).toMatchObject([
    {
      ...{ fingerprint: 'f', state: 'FIRING', labels: { alertname: 'Down' }, generatorUrl: 'http://p/graph' },
      ...{ startsAtMs: Date.parse('2026-01-01'), endsAtMs: Date.parse('2026-01-01') + 300_000 },
    },
  ])
  expect(asked[0]?.url).toBe('http://a:9093/api/v2/alerts?active=true&silenced=true&inhibited=true')
})

it.each([
  ['a page of HTML', '<html>login</html>', 200],
  ['nothing', '', 200],
  ['half of a JSON document', '[{"labels":', 200],
  ['a document for a list', { alerts: [] }, 200],
  ['labels that are none', [{ ...alert, labels: { a: 7 } }], 200],
  ['times that are none', [{ ...alert, startsAt: 'yesterday' }], 200],
  ['no fingerprint', [{ ...alert, fingerprint: undefined }], 200],
  ['an error', 'oops', 500],
  ['a redirect', '', 302],
])('believes no Alertmanager that answers with %s', async (_what, body, status) => {
  await expect(backendOf(body, status).backend.active(ask)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
})

it('tells missing credentials apart', async () => {
  await expect(backendOf('', 401).backend.active(ask)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
})
