import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Rig } from '../rig.suite.ts'
import { readCloudEvents } from './cloud-event.ts'

const path = '/api/v1/events/cloudevents'
const coded = (code: string) => expect.objectContaining({ code })
const event = (over: object = {}) => ({
  ...{
    specversion: '1.0',
    type: 'com.example.someevent',
    id: '1234-1234-1234',
    source: '/mycontext/subcontext',
  },
  time: '2018-04-05T03:56:24Z',
  ...over,
})
const structured = { 'content-type': 'application/cloudevents+json' }
const batched = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' }
const binary = (over: Record<string, string> = {}) => ({
  ...{ 'ce-specversion': '1.0', 'ce-type': 'com.example.someevent', 'ce-id': '1', 'ce-source': '/s' },
  'content-type': 'application/json',
  ...over,
})

/** The requests of the conformance suite (CloudEvents, HTTP protocol binding), with what each must be read as. */
type Scenario = {
  headers: Record<string, string>
  body: string
  attributes: Record<string, string>
  data: unknown
}
const file = resolve('../shared/suites/cloudevents/features/http-protocol-binding.feature')

function scenarios(text: string): Scenario[] {
  return text
    .split(/Scenario/)
    .slice(1)
    .flatMap((part) => {
      const [request = '', data = ''] = [...part.matchAll(/"""\n([\s\S]*?)\n\s*"""/g)].map(
        ([, quoted = '']) => quoted,
      )
      const rows = [...part.matchAll(/^\s*\|\s*(\S+)\s*\|\s*(.*?)\s*\|$/gm)].map(
        ([, key = '', value = '']) => [key, value],
      )
      const types = [
        ...(part.split('Examples:')[1] ?? '').matchAll(/^\s*\|\s*(application\/.*?)\s*\|$/gm),
      ].map(([, t = '']) => t)
      const expected = rows.filter(
        ([key = '']) => !['key', 'contentType'].includes(key) && !key.startsWith('application'),
      )
      return types.map((type) => {
        const [head = '', body = ''] = request.replaceAll('<contentType>', type).split(/\n\s*\n/)
        const headers = head
          .split('\n')
          .slice(1)
          .map((line) => line.trim().split(/:\s+/, 2) as [string, string])
          .map(([name, value]) => [name.toLowerCase(), value])
        return {
          headers: Object.fromEntries(headers) as Record<string, string>,
          body,
          attributes: Object.fromEntries(
            expected.map(([key, value]) => [key, value?.replace('<contentType>', type)]),
          ),
          data: JSON.parse(data) as unknown,
        }
      })
    })
}

describe('the CloudEvents suite', () => {
  it.skipIf(!existsSync(file))('is read as it says (skipped without ../shared/suites/cloudevents)', () => {
    const all = scenarios(readFileSync(file, 'utf8'))
    expect(all.length).toBe(4)
    for (const { headers, body, attributes, data } of all) {
      expect(readCloudEvents(headers, Buffer.from(body), 1)).toEqual([{ attributes, data }])
    }
  })
})

describe('a CloudEvent', () => {
  it.each<[string, Record<string, string>, string]>([
    ['binary', binary({ 'ce-time': '2018-04-05T03:56:24Z', 'ce-extra': 'a%20b' }), '{"message":"Hello"}'],
    ['structured', structured, JSON.stringify(event({ extra: 'a b', data: { message: 'Hello' } }))],
    ['batched', batched, JSON.stringify([event({ extra: 'a b', data: { message: 'Hello' } })])],
  ])(
    'in %s mode that is no alert is kept as a log record, on disk before the answer',
    async (_, headers, body) => {
      const rig = await Rig.started()
      expect(await rig.send(path, body, headers)).toMatchObject({ status: 202 })
      const again = await rig.crash()
      expect(again.stored.logs).toMatchObject([
        {
          ...{ timeMs: Date.parse('2018-04-05T03:56:24Z'), message: '{"message":"Hello"}', severity: 'INFO' },
          labels: { 'cloudevents.event_type': 'com.example.someevent' },
          attributes: { 'cloudevents.event_spec_version': '1.0', 'cloudevents.extra': 'a b' },
        },
      ])
    },
  )

  it('whose type a mapping knows is an alert, and another of its batch a record', async () => {
    const rig = await Rig.started()
    const data = { name: 'Disk', severity: 'critical', status: 'firing', labels: { 'host.name': 'db' } }
    await rig.send(path, JSON.stringify([event({ type: 'com.example.alert.v1', data }), event()]), batched)
    expect([...rig.disk.alerts.values()]).toMatchObject([
      {
        ...{ name: 'Disk', severity: 'CRITICAL', source: 'cloudevents', entity: 'host/db' },
        starts_at: '2018-04-05T03:56:24.000Z',
        labels: { event_source: '/mycontext/subcontext' },
      },
    ])
    expect(rig.stored.logs).toHaveLength(1)
  })

  it('goes by a mapping of one’s own where that names its type', async () => {
    const rig = new Rig()
    const text = 'id: mine\ncloud_event_types: [com.example.*]\nrules: [{ name: "{{type}} {{data.what}}" }]\n'
    rig.mappingFiles = [{ file: 'mine.yaml', text }]
    await rig.ingest.start()
    await rig.send(path, JSON.stringify(event({ data: { what: 'broke' } })), structured)
    expect([...rig.disk.alerts.values()]).toMatchObject([{ name: 'com.example.someevent broke' }])
  })

  it('may hold data of any sort', async () => {
    const rig = await Rig.started()
    await rig.send(path, 'plain', binary({ 'content-type': 'text/plain' }))
    await rig.send(path, Buffer.from([255, 1]), binary({ 'content-type': 'application/octet-stream' }))
    await rig.send(path, '', binary())
    await rig.send(path, JSON.stringify(event({ data_base64: 'aGk=' })), structured)
    expect(rig.stored.logs.map((log) => log.message)).toEqual([
      'plain',
      '/wE=',
      'com.example.someevent /s',
      'hi',
    ])
  })

  it.each<[string, Record<string, string>, string, string]>([
    ...['id', 'source', 'specversion', 'type'].map(
      (name): [string, Record<string, string>, string, string] => [
        `no ${name}`,
        structured,
        JSON.stringify(event({ [name]: undefined })),
        'VALIDATION_FAILED',
      ],
    ),
    ['an empty id', structured, JSON.stringify(event({ id: '' })), 'VALIDATION_FAILED'],
    ['another version', structured, JSON.stringify(event({ specversion: '0.3' })), 'VALIDATION_FAILED'],
    ['a time that is none', structured, JSON.stringify(event({ time: 'noon' })), 'VALIDATION_FAILED'],
    [
      'a month that is none',
      structured,
      JSON.stringify(event({ time: '2018-99-05T03:56:24Z' })),
      'VALIDATION_FAILED',
    ],
    ['an attribute that is a list', structured, JSON.stringify(event({ extra: [] })), 'VALIDATION_FAILED'],
    ['a name in capitals', structured, JSON.stringify(event({ Extra: 'x' })), 'VALIDATION_FAILED'],
    [
      'a name __proto__',
      structured,
      JSON.stringify(event()).replace('"id"', '"__proto__":"x","id"'),
      'VALIDATION_FAILED',
    ],
    ['a text', structured, '"x"', 'VALIDATION_FAILED'],
    ['no JSON', structured, '{', 'INVALID_REQUEST'],
    ['a batch that is none', batched, '{}', 'INVALID_REQUEST'],
    ['one bad event in a batch', batched, JSON.stringify([event(), {}]), 'VALIDATION_FAILED'],
    [
      'a batch too large',
      batched,
      JSON.stringify(Array.from({ length: 1_001 }, () => event())),
      'VALIDATION_FAILED',
    ],
    ['no headers of its own', { 'content-type': 'application/json' }, '{}', 'INVALID_REQUEST'],
    ['a header badly encoded', binary({ 'ce-x': '%zz' }), '{}', 'INVALID_REQUEST'],
    [
      'a form that is not spoken',
      { 'content-type': 'application/cloudevents+avro' },
      'x',
      'UNSUPPORTED_MEDIA_TYPE',
    ],
  ])('with %s is refused, and nothing is kept', async (_, headers, body, code) => {
    const rig = await Rig.started()
    await expect(rig.send(path, body, headers)).rejects.toThrow(coded(code))
    expect([rig.stored.logs, rig.disk.alerts.size]).toEqual([[], 0])
  })
})
