import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Server, startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { integration, type RealServer, startServer } from './real-server.ts'

/** Fires while the file says so, and resolves when it says otherwise: nothing here waits for the minute's second. */
const rules = (firing: boolean): string => `groups:
  - name: aiops
    interval: 1s
    rules:
      - { alert: Switched, expr: 'vector(${firing ? 1 : 0}) == 1', labels: { severity: critical, service: cart }, annotations: { summary: 'cart is down' } }
      - { alert: Always, expr: 'vector(1)', labels: { severity: info } }
`

integration('a real Prometheus whose `alerting` names the platform', ['prometheus'], () => {
  const folder = temporaryFolder('prometheus-alerting')
  let platform: Server
  let prometheus: RealServer
  const rule = (firing: boolean): void => writeFileSync(join(prometheus.folder, 'rules.yml'), rules(firing))
  const reload = async (): Promise<void> => {
    expect((await fetch(`${prometheus.origin}/-/reload`, { method: 'POST' })).status).toBe(200)
  }
  const switched = async () =>
    (await platform.client.listAlerts()).alerts.filter(({ name }) => name === 'Switched')
  const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 250 })

  beforeAll(async () => {
    platform = await startPlatform(folder.path)
    const target = new URL(platform.url).host
    prometheus = await startServer({
      program: 'prometheus',
      readyPath: '/-/ready',
      args: (port, where) => {
        writeFileSync(join(where, 'rules.yml'), rules(true))
        writeFileSync(
          join(where, 'prometheus.yml'),
          `global: { evaluation_interval: 1s }
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - { path_prefix: /alertmanager, static_configs: [{ targets: ['${target}'] }] }
    - { static_configs: [{ targets: ['${target}'] }] }
`,
        )
        return [
          ...['--config.file=prometheus.yml', '--storage.tsdb.path=data', '--rules.alert.resend-delay=1s'],
          ...['--web.enable-lifecycle', `--web.listen-address=127.0.0.1:${port}`],
        ]
      },
    })
  })
  afterAll(async () => {
    await prometheus?.stop()
    await platform?.stop()
    folder.remove()
  })

  test('an alert fires once however often it is sent, and opens an incident', async () => {
    await eventually(async () => {
      expect(await switched()).toMatchObject([
        {
          ...{ status: 'FIRING', severity: 'CRITICAL', entity: 'service/cart', message: 'cart is down' },
          expires_at: expect.any(String),
          incident_id: expect.any(String),
        },
      ])
    })
    const [first] = await switched()
    await eventually(async () => {
      expect((await switched())[0]?.received_at).not.toBe(first?.received_at)
    })
    expect(await switched()).toHaveLength(1)
  })

  test('it resolves when its rule no longer holds', async () => {
    rule(false)
    await reload()
    await eventually(async () => {
      expect((await switched())[0]?.status).toBe('RESOLVED')
    })
  })

  test('Prometheus found both addresses, and none refused what it sent', async () => {
    const metrics = await (await fetch(`${prometheus.origin}/metrics`)).text()
    const sum = (name: string): number =>
      [...metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
        (s, m) => s + Number(m[1]),
        0,
      )
    expect(sum('prometheus_notifications_alertmanagers_discovered')).toBe(2)
    expect(sum('prometheus_notifications_errors_total')).toBe(0)
    expect(sum('prometheus_notifications_sent_total')).toBeGreaterThan(2)
  })
})
