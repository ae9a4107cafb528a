import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rig } from '../../rig.suite.ts'
import { builtInMapping, builtInMappings } from './built-in.ts'

const coded = (code: string) => expect.objectContaining({ code })
const example = (name: string): string =>
  readFileSync(new URL(`./example/${name}.json`, import.meta.url), 'utf8')
const nowMs = Date.parse('2026-10-12T10:00:00Z')
const post = (rig: Rig, mapping: string, body: string, headers: Record<string, string> = {}) =>
  rig.send('/api/v1/alerts/from/{mapping}', body, headers, { mapping })
const stored = (rig: Rig) => [...rig.disk.alerts.values()]
/** The example with values put at dotted paths. */
function change(text: string, values: Record<string, unknown>): string {
  const body = JSON.parse(text) as Record<string, unknown>
  for (const [path, value] of Object.entries(values)) {
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    const holder = steps.reduce((node, step) => node[step] as Record<string, unknown>, body)
    holder[last] = value
  }
  return JSON.stringify(body)
}

describe('what a sender documents becomes an alert', () => {
  it('of Grafana', async () => {
    const rig = await Rig.started({ nowMs })
    await post(rig, 'grafana', example('grafana'))
    expect(stored(rig)).toMatchObject([
      {
        ...{ source: 'grafana', name: 'High memory usage', severity: 'CRITICAL', status: 'FIRING' },
        ...{ message: 'cart memory is high', entity: 'service/cart', starts_at: '2026-10-12T07:51:03.157Z' },
        labels: { team: 'blue', grafana_folder: 'Shop' },
        annotations: { panel_url: 'https://grafana.example.org/d/cart?viewPanel=2' },
        generator_url: 'https://grafana.example.org/alerting/1afz29v7z/edit',
      },
      { name: 'High CPU usage', status: 'RESOLVED', ends_at: '2026-10-12T07:56:03.157Z', severity: 'MEDIUM' },
    ])
  })

  it('of Datadog, and ends with its recovery', async () => {
    const rig = await Rig.started({ nowMs })
    await post(rig, 'datadog', example('datadog'))
    await post(rig, 'datadog', example('datadog').replace('"Triggered"', '"Re-Triggered"'))
    expect(stored(rig)).toMatchObject([
      {
        ...{ severity: 'HIGH', status: 'FIRING', entity: 'service/checkout' },
        labels: { env: 'prod', monitor: 'true', 'host.name': 'ip-012345', metric: 'trace.http.request' },
      },
    ])
    await rig.clock.advance(60_000)
    const recovered = change(example('datadog'), {
      alert_transition: 'Recovered',
      date: String(nowMs + 60_000),
      alert_title: '[Recovered on {host:ip-012345}] Checkout latency is high',
    })
    await post(rig, 'datadog', recovered)
    expect(stored(rig)).toMatchObject([{ status: 'RESOLVED', ends_at: '2026-10-12T10:01:00.000Z' }])
    expect(rig.events.map((e) => e.event_type)).toEqual(['ALERT_FIRED', 'ALERT_RESOLVED'])
  })

  it('of CloudWatch through SNS, with or without its envelope, and ends with OK', async () => {
    const rig = await Rig.started({ nowMs, config: { sns: { verify: false } } })
    await post(rig, 'cloudwatch', example('cloudwatch'), { 'content-type': 'text/plain; charset=UTF-8' })
    expect(stored(rig)).toMatchObject([
      {
        ...{ name: 'payments-cpu', severity: 'HIGH', status: 'FIRING', source: 'cloudwatch' },
        message: expect.stringContaining('greater than the threshold'),
        labels: {
          InstanceId: 'i-0123456789abcdef0',
          metric: 'CPUUtilization',
          'cloud.account.id': '123456789012',
        },
      },
    ])
    const { Message } = JSON.parse(example('cloudwatch')) as { Message: string }
    await rig.clock.advance(1_000)
    await post(rig, 'cloudwatch', change(Message, { NewStateValue: 'OK' }))
    expect(stored(rig)).toMatchObject([{ status: 'RESOLVED' }])
  })

  it('of an SNS subscription, shown with its address and never opened', async () => {
    const rig = await Rig.started({ nowMs, config: { sns: { verify: false } } })
    await post(rig, 'cloudwatch', example('sns-subscription'))
    expect(stored(rig)).toMatchObject([
      {
        ...{ name: 'SNSSubscriptionConfirmation', severity: 'INFO', status: 'FIRING' },
        message: expect.stringContaining(
          'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription',
        ),
        expires_at: '2026-10-15T10:00:00.000Z',
      },
    ])
  })

  it('of Azure Monitor, fired and resolved', async () => {
    const rig = await Rig.started({ nowMs })
    await post(rig, 'azure-monitor', example('azure-monitor'))
    expect(stored(rig)).toMatchObject([
      {
        ...{ name: 'vm-cpu-high', severity: 'HIGH', entity: 'host/cart-vm', message: 'CPU above 80 %' },
        ...{ starts_at: '2026-10-12T09:58:24.371Z', labels: { metric: 'Percentage CPU' } },
        annotations: { value: '97.728' },
      },
    ])
    const resolved = change(example('azure-monitor'), {
      'data.essentials.monitorCondition': 'Resolved',
      'data.essentials.resolvedDateTime': '2026-10-12T09:59:16.2246313Z',
    })
    await post(rig, 'azure-monitor', resolved)
    expect(stored(rig)).toMatchObject([{ status: 'RESOLVED', ends_at: '2026-10-12T09:59:16.224Z' }])
  })

  it('of Google Cloud Monitoring, open and closed', async () => {
    const rig = await Rig.started({ nowMs })
    await post(rig, 'google-cloud-monitoring', example('google-cloud-monitoring'))
    expect(stored(rig)).toMatchObject([
      {
        ...{ name: 'Cart CPU', severity: 'CRITICAL', starts_at: new Date(1_791_798_684_000).toISOString() },
        labels: { instance_id: '11223344', team: 'blue', tier: 'web', resource_type: 'gce_instance' },
      },
    ])
    const closed = change(example('google-cloud-monitoring'), {
      'incident.state': 'closed',
      'incident.ended_at': 1_791_798_744,
    })
    await post(rig, 'google-cloud-monitoring', closed)
    expect(stored(rig)).toMatchObject([{ status: 'RESOLVED' }])
  })

  it('of Opsgenie, created by request and closed by webhook; what else happened to it is no alert', async () => {
    const rig = await Rig.started({ nowMs })
    await post(rig, 'opsgenie', example('opsgenie'))
    expect(stored(rig)).toMatchObject([
      { name: 'Cart is down', severity: 'CRITICAL', entity: 'service/cart' },
    ])
    const noted = example('opsgenie-webhook').replace('"Close"', '"AddNote"')
    expect(JSON.parse(String((await post(rig, 'opsgenie', noted)).body))).toMatchObject({
      accepted: 0,
      rejected: 0,
    })
    await post(rig, 'opsgenie', example('opsgenie-webhook'))
    expect(stored(rig)).toMatchObject([{ status: 'RESOLVED' }])
  })

  it('of anything else that names its fields as most do', async () => {
    const rig = await Rig.started({ nowMs })
    await post(rig, 'generic', example('generic'))
    expect(stored(rig)).toMatchObject([
      {
        name: 'Queue is long',
        severity: 'HIGH',
        status: 'FIRING',
        message: '1200 messages wait',
        labels: { queue: 'orders' },
      },
      { name: 'Disk', severity: 'MEDIUM', status: 'RESOLVED', entity: 'host/db-1' },
    ])
  })
})

const own = `id: mine
rules:
  - when: [{ path: kind, equals: alarm }]
    alerts: list
    name: 'Mine {{what."dotted.name"}} {{$.site}}'
    severity: { path: level, map: { '9': critical, '*': low } }
    status: { path: on, map: { 'true': FIRING, 'false': RESOLVED } }
    labels: { site: { path: $.site, default: nowhere }, first: { path: /words/0 } }
  - when: [{ path: kind, exists: false }]
    skip: true
`
const body = (over: object = {}) =>
  JSON.stringify({
    kind: 'alarm',
    site: 'S1',
    list: [{ what: { 'dotted.name': 'x' }, level: 9, on: true, words: ['w'], ...over }],
  })

describe('a mapping of one’s own', () => {
  const started = async (text = own) => {
    const rig = new Rig({ nowMs })
    rig.mappingFiles = [{ file: 'mine.yaml', text }]
    await rig.ingest.start()
    return rig
  }
  const problems = async (rig: Rig) =>
    (JSON.parse(String((await rig.send('/api/v1/alerts/from', '')).body)) as { problems: unknown[] }).problems

  it('reads by path, template, map and default', async () => {
    const rig = await started()
    await post(rig, 'mine', body())
    expect(stored(rig)).toMatchObject([
      { name: 'Mine x S1', severity: 'CRITICAL', labels: { site: 'S1', first: 'w', alertname: 'Mine x S1' } },
    ])
    await post(rig, 'mine', body({ on: false, level: 1 }))
    expect(stored(rig)).toMatchObject([{ status: 'RESOLVED', severity: 'LOW' }])
    expect(JSON.parse(String((await post(rig, 'mine', '{}')).body))).toMatchObject({ accepted: 0 })
    await expect(post(rig, 'mine', '{"kind":"other"}')).rejects.toThrow(coded('VALIDATION_FAILED'))
    await expect(post(rig, 'mine', '{"kind":"alarm"}')).rejects.toThrow('there is no alert at list')
    await expect(post(rig, 'mine', body({ on: 'maybe' }))).rejects.toThrow(
      '"maybe" is neither FIRING nor RESOLVED',
    )
    await expect(post(rig, 'nobody', body())).rejects.toThrow(coded('NOT_FOUND'))
  })

  it('is read anew when its document changes, and keeps its last good state when that is broken', async () => {
    const rig = await started()
    rig.mappingFiles = [{ file: 'mine.yaml', text: own.replace('Mine', 'Yours') }]
    await rig.clock.advance(6_000)
    await post(rig, 'mine', body())
    expect(stored(rig)).toMatchObject([{ name: 'Yours x S1' }])
    rig.mappingFiles = [{ file: 'mine.yaml', text: own.replace('status:', 'statos:') }]
    await rig.clock.advance(6_000)
    await post(rig, 'mine', body())
    expect(await problems(rig)).toEqual([
      { file: 'mine.yaml', message: expect.stringMatching(/^line \d+: rules\.0: .*statos/) },
    ])
  })

  it('may take the place of one that comes with the program', async () => {
    const rig = await started(own.replace('id: mine', 'id: grafana'))
    await post(rig, 'grafana', body())
    expect(stored(rig)).toMatchObject([{ name: 'Mine x S1', source: 'grafana' }])
  })

  it.each([
    ['broken YAML', 'id: [', 'at line 1'],
    ['no rules', 'id: x\nrules: []\n', 'line 2: rules: '],
    ['a path that is none', own.replace('path: level', "path: 'a..b'"), 'severity'],
    ['a template whose path is none', own.replace('{{$.site}}', '{{a[}}'), 'rules.0: "a["'],
    ['an id that no path can hold', own.replace('id: mine', 'id: ../x'), 'line 1: id: lower-case letters'],
    ['an alias bomb', `id: &a x\nrules: [${Array(100).fill('*a').join(',')}]`, ''],
  ])('with %s is refused with file, path and reason', async (_, text, words) => {
    const rig = await started(text)
    const [problem] = await problems(rig)
    expect(problem).toMatchObject({ file: 'mine.yaml', message: expect.stringContaining(words) })
  })
})

describe('a body that is meant to harm', () => {
  const ids = builtInMappings().map(({ id }) => id)

  it('finds each mapping that comes with the program by its id alone', () => {
    expect(ids.map((id) => builtInMapping(id)?.id)).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
    expect(builtInMapping('nobody')).toBeUndefined()
  })

  it.each(ids)('is answered by the mapping %s with a fault or alerts, never a defect', async (mapping) => {
    const rig = await Rig.started({ nowMs, config: { alerts_per_request_max: 50 } })
    const names = [
      'alerts',
      'labels',
      'name',
      'status',
      'message',
      'Message',
      'Type',
      'data',
      'incident',
      'tags',
      '__proto__',
    ]
    const key = fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 5 }))
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('map'),
      ),
      list: fc.array(tie('value'), { maxLength: 4 }),
      map: fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs)),
    }))
    await fc.assert(
      fc.asyncProperty(value, async (sent) => {
        try {
          await post(rig, mapping, JSON.stringify(sent) ?? 'null')
        } catch (error) {
          expect(error).toMatchObject({ name: 'Fault', status: expect.any(Number) })
        }
      }),
      { numRuns: 150 },
    )
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it.each<[string, string, string]>([
    [
      'ten thousand labels',
      JSON.stringify({
        name: 'x',
        labels: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`l${i}`, 'v'])),
      }),
      'INVALID_LABELS',
    ],
    [
      'a value of a megabyte',
      JSON.stringify({ name: 'x', labels: { l: 'v'.repeat(1_000_000) } }),
      'INVALID_LABELS',
    ],
    ['a label __proto__', '{"name":"x","labels":{"__proto__":"y"}}', 'INVALID_LABELS'],
    ['NUL in a label', '{"name":"x","labels":{"a":"\\u0000"}}', 'INVALID_LABELS'],
    ['half a surrogate', '{"name":"x","labels":{"a":"\\ud800"}}', 'INVALID_LABELS'],
    ['a time that is none', '{"name":"x","starts_at":"soon"}', 'VALIDATION_FAILED'],
    [
      'too many alerts',
      JSON.stringify({ alerts: Array.from({ length: 1_001 }, () => ({ name: 'x' })) }),
      'VALIDATION_FAILED',
    ],
    ['no JSON', '{', 'INVALID_REQUEST'],
    ['a text', '"x"', 'VALIDATION_FAILED'],
  ])('with %s is refused, and counted', async (_, sent, code) => {
    const rig = await Rig.started({ nowMs })
    await expect(post(rig, 'generic', sent)).rejects.toThrow(coded(code))
    expect(stored(rig)).toEqual([])
    expect(await rig.metrics.render()).toContain('protocol="mapping"')
  })
})
