import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ErrorBody, type ErrorCode, errors } from '@aiops/contract/error'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { remoteWrite } from '../soak/write-request.ts'
import { all, cases, mebibyte, now, traceId, type Way, type WayName, ways } from './bad-input.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

const aiops = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))
/** OTLP knows one status for data that cannot be taken, 400 (OTLP specification, "Failures"). */
const statusOf = (way: WayName, code: ErrorCode): number =>
  ['metrics', 'logs', 'traces'].includes(way) && errors[code].status === 422 ? 400 : errors[code].status

/** What a refusal says, in the form that its protocol has for one; where that is ours, its code and trace are there too. */
async function sentenceOf(response: Response, code: ErrorCode): Promise<string> {
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('text/plain')) return response.text()
  if (type.startsWith('application/x-protobuf')) {
    // google.rpc.Status: 1 code, 2 message.
    const body = Buffer.from(await response.arrayBuffer())
    expect([body[0], body[2]]).toEqual([0x08, 0x12])
    const long = (body[3] ?? 0) >= 0x80
    return body.subarray(long ? 5 : 4).toString('utf8')
  }
  const body = (await response.json()) as { message?: string }
  if (body.message !== undefined) return body.message
  const { error } = ErrorBody.parse(body)
  expect(error.code).toBe(code)
  expect(error.trace_id).toMatch(/^[0-9a-f]{32}$/)
  return error.message
}

describe('bad input', () => {
  const folder = temporaryFolder('bad-input')
  let server: Server
  beforeAll(async () => {
    server = await startServer(folder.path, ['ingest.host.enabled=false'])
    for (const way of all) await expectTaken(way)
  })
  afterAll(async () => {
    await server?.stop()
    folder.remove()
  })

  const send = ({ path, headers, body }: Way): Promise<Response> =>
    fetch(server.url + path, { method: 'POST', headers, body: new Uint8Array(Buffer.from(body)) })
  async function expectTaken(way: WayName): Promise<void> {
    const response = await send(ways[way])
    expect([way, response.status, await response.text()]).toEqual([
      way,
      expect.toSatisfy((s) => s >= 200 && s < 300),
      expect.anything(),
    ])
  }
  /** Requests refused with this code so far, from /metrics. */
  async function refused(code: ErrorCode): Promise<number> {
    const page = await (await fetch(`${server.url}/metrics`)).text()
    return page
      .split('\n')
      .filter((line) => line.startsWith('aiops_api_errors_total{') && line.includes(`error_type="${code}"`))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }
  const pointsOf = async (match: string) =>
    (await server.client.getRange({ query: { match, duration: '10m' } })).results.flatMap((r) => r.points)

  it.each(cases)('to $way with $what is $code', async ({ way, headers, body, code }) => {
    const before = await refused(code)
    const response = await send({ path: ways[way].path, headers: headers ?? ways[way].headers, body })
    expect(response.status).toBe(statusOf(way, code))
    expect(await sentenceOf(response, code)).toMatch(/^\S.{9,}/)
    expect(await refused(code)).toBe(before + 1)
    await expectTaken(way)
  })

  it('leaves what was stored as it was, and stores nothing of itself', async () => {
    expect(await pointsOf('bad_input_valid')).toEqual([[now, 1]])
    expect(await pointsOf('{__name__="bad.input"}')).toEqual([[now, 1]])
    const { series } = await server.client.listSeries({ query: { text: 'bad_input' } })
    const points = await Promise.all(series.map((s) => pointsOf(s.name)))
    expect(series.filter((_, i) => points[i]?.length).map((s) => s.name)).toEqual(['bad_input_valid'])
    const { alerts } = await server.client.listAlerts()
    expect(new Set(alerts.map((a) => a.name))).toEqual(new Set(['BadInput']))
    const { traces } = await server.client.searchTraces({ query: { service_name: 'bad-input' } })
    expect(traces.map((t) => t.trace_id)).toEqual([traceId])
  })

  it('takes NaN and infinities, which senders mean, and shows them as no value', async () => {
    for (const [i, value] of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3].entries()) {
      const body = remoteWrite({ __name__: 'not_finite' }, now - 10_000 + i * 1_000, value)
      expect((await send({ ...ways.remoteWrite, body })).status).toBe(204)
    }
    expect((await pointsOf('not_finite')).map(([, value]) => value)).toEqual([null, null, null, 3])
  })

  it('takes a sample sent again without storing it twice', async () => {
    const body = remoteWrite({ __name__: 'sent_again' }, now, 7)
    for (let i = 0; i < 3; i += 1) expect((await send({ ...ways.remoteWrite, body })).status).toBe(204)
    expect(await pointsOf('sent_again')).toEqual([[now, 7]])
  })

  it('does not end the program or fill its memory', async () => {
    const health = await server.client.getHealth()
    expect(health.status).toBe('ok')
    const page = await (await fetch(`${server.url}/metrics`)).text()
    expect(Number(/^process_resident_memory_bytes (\S+)/m.exec(page)?.[1])).toBeLessThan(700 * mebibyte)
  })
})

describe('a start that would be unsafe or cannot be', () => {
  const start = (...args: string[]) => {
    const folder = temporaryFolder('refused')
    // Another program on this machine may have the port of OTLP over gRPC, of which it would warn.
    const anyPort = ['--port', '0', '--set', 'collector.otlp_grpc.port=0']
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [aiops, 'serve', ...anyPort, '--data', folder.path, ...args],
      { encoding: 'utf8', timeout: 20_000, env: { PATH: process.env.PATH } },
    )
    folder.remove()
    return { status, stdout, stderr }
  }

  it.each([
    [
      'to listen for others without a key',
      ['--host', '0.0.0.0'],
      1,
      /^aiops: server\.host is 0\.0\.0\.0, .*auth\.api_keys.*\n$/,
    ],
    [
      'with a setting that does not exist',
      ['--set', 'server.prot=1'],
      1,
      /^aiops: server\.prot: there is no such setting; did you mean server\.port\?\n$/,
    ],
    [
      'with a file that is not there',
      ['--config', '/nowhere.yaml'],
      1,
      /^aiops: \/nowhere\.yaml: there is no such file\.\n$/,
    ],
    ['in a role over a store of its own', ['--role', 'collector'], 1, /^aiops: .*adapters\.telemetry.*\n$/],
    ['in a role that does not exist', ['--role', 'colector'], 1, /^aiops: There is no role "colector".*\n$/],
    ['with a wrong option', ['--prot', '1'], 2, /unknown option '--prot'/],
  ])('%s ends with a sentence', (_what, args, code, sentence) => {
    const { status, stdout, stderr } = start(...args)
    expect([status, stdout]).toEqual([code, ''])
    expect(stderr).toMatch(sentence)
  })
})
